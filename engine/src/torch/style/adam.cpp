#include <cmath>

#include "style/optimiser.hpp"

namespace pastiche {
namespace {

namespace F = torch::nn::functional;

constexpr double beta1 = 0.9, beta2 = 0.99;
constexpr double epsilon = 1e-10;  // gradients are those of a mean over pixels, times pixels

torch::Tensor resampled(const torch::Tensor& x, const torch::Tensor& like) {
  const std::vector<int64_t> size = {like.size(2), like.size(3)};
  return F::interpolate(
      x, F::InterpolateFuncOptions().size(size).mode(torch::kBilinear).align_corners(false));
}

class Adam : public PictureOptimiser {
 public:
  Adam(double rate, double averaging) : rate_(rate), averaging_(averaging) {}

  void start(const torch::Tensor& picture) override {
    current_ = picture.detach().clone();
    average_ = torch::zeros_like(current_);
    gradient_ = torch::empty_like(current_);
    averaged_ = 0;
    first_ = first_.defined() ? resampled(first_, current_) : torch::zeros_like(current_);
    second_ = second_.defined() ? resampled(second_, current_) : torch::zeros_like(current_);
  }

  void step(const Evaluate& evaluate) override {
    // Times the pixels, so that the moments mean the same at every scale.
    const double pixels = double(current_.size(2) * current_.size(3));
    evaluate(current_, gradient_);
    ++steps_;
    first_.mul_(beta1).add_(gradient_, (1 - beta1) * pixels);
    second_.mul_(beta2).addcmul_(gradient_, gradient_, (1 - beta2) * pixels * pixels);
    // No longer needed: room for the lengths.
    torch::Tensor& length = torch::sqrt_out(gradient_, second_);
    length.div_(std::sqrt(1 - std::pow(beta2, steps_))).add_(epsilon);
    current_.addcdiv_(first_, length, -rate_ / (1 - std::pow(beta1, steps_))).clamp_(0, 1);
    average_.mul_(averaging_).add_(current_, 1 - averaging_);
    averaged_ = averaging_ * averaged_ + (1 - averaging_);
  }

  torch::Tensor picture() const override {
    return averaged_ > 0 ? average_ / averaged_ : current_.clone();
  }

 private:
  double rate_, averaging_;
  torch::Tensor current_, average_, gradient_, first_, second_;
  double averaged_ = 0;  // the weights that average_ holds, summed
  int steps_ = 0;
};

}  // namespace

std::unique_ptr<PictureOptimiser> make_adam(double rate, double averaging) {
  return std::make_unique<Adam>(rate, averaging);
}

}  // namespace pastiche
