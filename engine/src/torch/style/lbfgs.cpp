#include <algorithm>
#include <limits>

#include "style/optimiser.hpp"

namespace pastiche {
namespace {

/// A loss this many times the best means the model of the slope is wrong.
constexpr double much_worse = 2;

double product(const torch::Tensor& a, const torch::Tensor& b) {
  return torch::dot(a.flatten(), b.flatten()).item<double>();
}

/// About the inverse of the losses' curvature, but for a factor: what is known before a step is made.
/// Measured by finite differences, with the bundled encoder: of the luminance, curvature falls with
/// the frequency below a quarter of a cycle a pixel, to less than a hundredth, and of the colours it
/// is a third of the luminance's steepest.
class Preconditioner {
 public:
  Preconditioner() = default;
  explicit Preconditioner(const torch::Tensor& picture)
      : height_(picture.size(2)), width_(picture.size(3)) {
    const auto options = picture.options();
    const torch::Tensor down = torch::fft_fftfreq(height_, 1.0, options).view({height_, 1}),
                        across = torch::fft_rfftfreq(width_, 1.0, options).view({1, -1});
    const torch::Tensor frequency = (down.square() + across.square()).sqrt();
    share_ = 1 / (0.005 + (frequency / 0.25).pow(1.4)).clamp_max(1);
  }

  /// A symmetric, positive definite map of {1, 3, H, W}.
  torch::Tensor operator()(const torch::Tensor& gradient) const {
    if (!share_.defined()) return gradient;
    const torch::Tensor luminance = gradient.mean(1, true);
    const torch::Tensor smooth =
        torch::fft_irfft2(torch::fft_rfft2(luminance).mul_(share_),
                          torch::IntArrayRef({height_, width_}));
    return ((gradient - luminance) * (1 / 0.3)).add_(smooth);
  }

 private:
  int64_t height_ = 0, width_ = 0;
  torch::Tensor share_;  // {H, W / 2 + 1}: what a frequency is multiplied by
};

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

  /// Takes out of a gradient what would lead out of 0..1.
  void hold_at_borders(torch::Tensor& gradient) const {
    gradient.masked_fill_(((current_ <= 0) & (gradient > 0)) | ((current_ >= 1) & (gradient < 0)),
                          0);
  }

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
      const torch::Tensor way = precondition_(gradient);
      const double longest = way.abs().max().item<double>();
      return way * (-0.02 * rate_ * trust_ / std::max(longest, 1e-20));
    }
    torch::Tensor q = gradient.clone();
    std::vector<double> alphas;
    for (auto c = corrections_.rbegin(); c != corrections_.rend(); ++c) {
      alphas.push_back(product(c->moved, q) / c->curvature);
      q.sub_(c->turned, alphas.back());
    }
    const Correction& last = corrections_.back();
    q = precondition_(q) * (last.curvature / product(last.turned, precondition_(last.turned)));
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
  double trust_ = 1;  // shrinks when a step has gone wrong
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
