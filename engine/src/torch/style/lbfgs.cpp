#include <algorithm>
#include <limits>

#include "style/optimiser.hpp"
#include "style/preconditioner.hpp"

namespace pastiche {
namespace {

/// A loss this many times the best means the model of the slope is wrong.
constexpr double much_worse = 2;

double product(const torch::Tensor& a, const torch::Tensor& b) {
  return torch::dot(a.flatten(), b.flatten()).item<double>();
}

class Lbfgs : public PictureOptimiser {
 public:
  Lbfgs(double rate, int history, bool preconditioned)
      : rate_(rate), history_(std::size_t(history)), preconditioned_(preconditioned) {}

  void start(const torch::Tensor& picture) override {
    current_ = picture.detach().clone();
    best_ = current_;
    best_loss_ = std::numeric_limits<double>::infinity();
    trust_ = 1;
    if (preconditioned_) precondition_ = Preconditioner(picture);
    forget();
  }

  void step(const Evaluate& evaluate) override {
    Slope slope{0, torch::empty_like(current_)};
    slope.loss = evaluate(current_, slope.gradient);
    if (preconditioned_) hold_at_borders(slope.gradient);
    if (slope.loss > much_worse * best_loss_) {
      take_back(slope);
    } else {
      if (slope.loss < best_loss_) {
        best_ = current_;
        best_loss_ = slope.loss;
        best_slope_ = slope;
      }
      remember(slope.gradient);
    }
    const torch::Tensor direction = downhill(slope.gradient);
    last_gradient_ = slope.gradient;
    last_ = current_;
    current_ = current_ + direction;
    if (preconditioned_) current_.clamp_(0, 1);
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

  /// Takes out of a gradient what would lead out of 0..1: where no step, however long, moves a pixel
  /// that is kept in there.
  void hold_at_borders(torch::Tensor& gradient) const {
    gradient.mul_((current_ - gradient * 1e20).clamp_(0, 1).ne_(current_));
  }

  /// Back to the best picture. What a first step told of the curvature is true all the same.
  void take_back(Slope& slope) {
    const bool first = corrections_.empty();
    if (first) remember(slope.gradient);
    if (!first || corrections_.empty()) {
      trust_ /= 4;
      forget();
    }
    current_ = best_;
    slope = best_slope_;
  }

  void forget() {
    corrections_.clear();
    steepness_ = 0;
    last_gradient_ = torch::Tensor();
  }

  void remember(const torch::Tensor& gradient) {
    if (!last_gradient_.defined()) return;
    const torch::Tensor moved = current_ - last_, turned = gradient - last_gradient_;
    const double curvature = product(moved, turned), length = product(moved, moved);
    if (curvature <= 1e-10 * length * steepness_) return;
    steepness_ = curvature / length;
    if (corrections_.size() == history_) corrections_.pop_front();
    corrections_.push_back({moved, turned, curvature});
    precondition_.learn(moved, turned);
  }

  /// The two-loop recursion.
  torch::Tensor downhill(const torch::Tensor& gradient) const {
    if (corrections_.empty()) {
      // Nothing known yet: pixels move by a fiftieth at most, as Adam's do, or a tenth where the
      // way is known to be smooth.
      const torch::Tensor way = precondition_(gradient);
      const double longest = way.abs().max().item<double>();
      return way * (-(preconditioned_ ? 0.1 : 0.02) * rate_ * trust_ / std::max(longest, 1e-20));
    }
    torch::Tensor q = gradient.clone();
    std::vector<double> alphas;
    for (auto c = corrections_.rbegin(); c != corrections_.rend(); ++c) {
      alphas.push_back(product(c->moved, q) / c->curvature);
      q.sub_(c->turned, alphas.back());
    }
    const Correction& last = corrections_.back();
    q = precondition_(q).mul_(last.curvature / product(last.turned, precondition_(last.turned)));
    for (const Correction& c : corrections_) {
      q.add_(c.moved, alphas.back() - product(c.turned, q) / c.curvature);
      alphas.pop_back();
    }
    return q.mul_(-rate_ * trust_);
  }

  double rate_;
  std::size_t history_;
  bool preconditioned_;
  Preconditioner precondition_;  // of the last start()
  double trust_ = 1;             // shrinks when a step has gone wrong
  double steepness_ = 0;         // along the last correction
  torch::Tensor current_, best_, last_, last_gradient_;
  double best_loss_ = std::numeric_limits<double>::infinity();
  Slope best_slope_{};
  std::deque<Correction> corrections_;
};

}  // namespace

std::unique_ptr<PictureOptimiser> make_lbfgs(double rate, int history, bool preconditioned) {
  return std::make_unique<Lbfgs>(rate, history, preconditioned);
}

}  // namespace pastiche
