#include <algorithm>
#include <limits>

#include "style/optimiser.hpp"

namespace pastiche {
namespace {

/// A loss this many times the best means the model of the slope is wrong.
constexpr double much_worse = 2;

double product(const torch::Tensor& a, const torch::Tensor& b) {
  return (a * b).sum(torch::kFloat64).item<double>();
}

class Lbfgs : public PictureOptimiser {
 public:
  Lbfgs(double rate, int history) : rate_(rate), history_(std::size_t(history)) {}

  void start(const torch::Tensor& picture) override {
    current_ = picture.detach().clone();
    best_ = current_;
    best_loss_ = std::numeric_limits<double>::infinity();
    trust_ = 1;
    forget();
  }

  void step(const Evaluate& evaluate) override {
    Slope slope{0, torch::empty_like(current_)};
    slope.loss = evaluate(current_, slope.gradient);
    if (slope.loss > much_worse * best_loss_) {
      current_ = best_;
      slope = best_slope_;
      trust_ /= 4;
      forget();
    } else if (slope.loss < best_loss_) {
      best_ = current_;
      best_loss_ = slope.loss;
      best_slope_ = slope;
    }
    remember(slope.gradient);
    const torch::Tensor direction = downhill(slope.gradient);
    last_gradient_ = slope.gradient;
    last_ = current_;
    current_ = current_ + direction;
  }

  torch::Tensor picture() const override { return best_.clamp(0, 1); }

 private:
  struct Slope {
    double loss;
    torch::Tensor gradient;
  };
  struct Correction {
    torch::Tensor moved, turned;  // change of the picture, change of the gradient
    double curvature;             // their product, above 0
  };

  void forget() {
    corrections_.clear();
    last_gradient_ = torch::Tensor();
  }

  void remember(const torch::Tensor& gradient) {
    if (!last_gradient_.defined()) return;
    const torch::Tensor moved = current_ - last_, turned = gradient - last_gradient_;
    const double curvature = product(moved, turned);
    if (curvature <= 1e-10 * product(moved, moved) * inverse_scale()) return;
    if (corrections_.size() == history_) corrections_.pop_front();
    corrections_.push_back({moved, turned, curvature});
  }

  /// What the last correction says the slope changes by, for a length of one.
  double inverse_scale() const {
    if (corrections_.empty()) return 0;
    const Correction& last = corrections_.back();
    return product(last.turned, last.turned) / last.curvature;
  }

  /// The two-loop recursion.
  torch::Tensor downhill(const torch::Tensor& gradient) const {
    if (corrections_.empty()) {
      // Nothing known yet: pixels move by a fiftieth at most, as Adam's do.
      const double steepest = gradient.abs().max().item<double>();
      return gradient * (-0.02 * rate_ * trust_ / std::max(steepest, 1e-20));
    }
    torch::Tensor q = gradient.clone();
    std::vector<double> alphas;
    for (auto c = corrections_.rbegin(); c != corrections_.rend(); ++c) {
      alphas.push_back(product(c->moved, q) / c->curvature);
      q.sub_(c->turned, alphas.back());
    }
    q.div_(inverse_scale());
    for (const Correction& c : corrections_) {
      q.add_(c.moved, alphas.back() - product(c.turned, q) / c.curvature);
      alphas.pop_back();
    }
    return q.mul_(-rate_ * trust_);
  }

  double rate_;
  std::size_t history_;
  double trust_ = 1;  // shrinks when a step has gone wrong
  torch::Tensor current_, best_, last_, last_gradient_;
  double best_loss_ = std::numeric_limits<double>::infinity();
  Slope best_slope_{};
  std::deque<Correction> corrections_;
};

}  // namespace

std::unique_ptr<PictureOptimiser> make_lbfgs(double rate, int history) {
  return std::make_unique<Lbfgs>(rate, history);
}

}  // namespace pastiche
