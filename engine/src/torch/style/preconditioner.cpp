#include "style/preconditioner.hpp"

#include <cmath>
#include <numbers>

namespace pastiche {
namespace {

/// Curvature along one axis of the colours, of the steepest of all, at a frequency of f cycles a
/// pixel: floor + (f / full)^power. Measured with the bundled encoder, between the steps of a
/// painting.
struct Curvature {
  double floor, full, power;
};
constexpr Curvature luminance = {0.005, 0.25, 1.4}, red_to_blue = {0.03, 0.4, 1};
/// Of colours beyond a quarter of a cycle, where luminance has 1; of green at any frequency.
constexpr double of_colour = 0.4;

constexpr int64_t cell = 8;      // pixels a side, over which energies are averaged
constexpr double kept = 0.8;     // the weight of what was learnt a step ago
constexpr double caution = 0.7;  // how much of what was learnt is believed, as an exponent
constexpr double unseen = 1e-3;  // energy, of the mean, where there may be none

torch::Tensor energies(const torch::Tensor& x) {
  return torch::adaptive_avg_pool2d(x.square().sum(1, true),
                                    {(x.size(2) + cell - 1) / cell, (x.size(3) + cell - 1) / cell});
}

/// {1, 3, H, W} averaged over two by two pixels, with zeros after an odd side's last; its
/// transpose, but for a factor of four, repeats each and leaves out what lies beyond.
torch::Tensor halved(const torch::Tensor& x) {
  const int64_t odd_rows = x.size(2) % 2, odd_columns = x.size(3) % 2;
  const torch::Tensor even =
      odd_rows + odd_columns > 0 ? torch::constant_pad_nd(x, {0, odd_columns, 0, odd_rows}) : x;
  const auto pair = [](const torch::Tensor& of, int64_t dim) {
    return of.slice(dim, 0, {}, 2) + of.slice(dim, 1, {}, 2);
  };
  return pair(pair(even, 2), 3).mul_(0.25);
}

}  // namespace

Preconditioner::Preconditioner(const torch::Tensor& picture)
    : height_(picture.size(2)), width_(picture.size(3)) {
  const auto options = picture.options();
  const double a = std::sqrt(1 / 3.0), b = std::sqrt(1 / 2.0);
  axes_ = torch::tensor({a, a, a, b, 0.0, -b}, options).view({2, 3});
  const int64_t down = (height_ + 1) / 2, across = (width_ + 1) / 2;
  const torch::Tensor y = torch::fft_fftfreq(down, 2.0, options).view({down, 1}),
                      x = torch::fft_rfftfreq(across, 2.0, options).view({1, -1});
  const torch::Tensor frequency = (y.square() + x.square()).sqrt();
  // What averaging two by two pixels, there and back, lets through.
  const torch::Tensor passed =
      (torch::cos(y * std::numbers::pi) * torch::cos(x * std::numbers::pi)).square();
  // Beyond a quarter of a cycle curvature is taken as constant: so all that depends on the
  // frequency fits into a picture of half the size.
  const auto beyond = [&](const Curvature& known, double detail) {
    const torch::Tensor curvature = known.floor + (frequency / known.full).pow(known.power);
    return (1 / curvature - 1 / detail).clamp_min(0) / passed;
  };
  smooth_ = torch::stack({beyond(luminance, 1), beyond(red_to_blue, of_colour)});
}

torch::Tensor Preconditioner::operator()(const torch::Tensor& gradient) const {
  if (!smooth_.defined()) return gradient;
  const torch::Tensor detail = local_.defined() ? gradient * local_ : gradient;
  const torch::Tensor half = halved(detail);
  const std::vector<int64_t> size = {half.size(2), half.size(3)};
  const torch::Tensor axes =
      torch::matmul(axes_, half.flatten(2)).view({1, 2, half.size(2), half.size(3)});
  const torch::Tensor smooth = torch::matmul(
      axes_.t(), torch::fft_irfft2(torch::fft_rfft2(axes).mul_(smooth_), size).flatten(2));
  torch::Tensor way =
      torch::upsample_nearest2d(smooth.view(half.sizes()), {2 * half.size(2), 2 * half.size(3)})
          .narrow(2, 0, height_)
          .narrow(3, 0, width_)
          .contiguous();
  way.add_(detail, 1 / of_colour).sub_(detail.mean(1, true), 1 / of_colour - 1);
  return local_.defined() ? way.mul_(local_) : way;
}

void Preconditioner::learn(const torch::Tensor& moved, const torch::Tensor& turned) {
  if (!smooth_.defined()) return;
  const torch::Tensor m = energies(moved), t = energies(turned), scale = 1 / m.mean();
  moved_ = moved_.defined() ? m * scale + moved_ * kept : m * scale;
  turned_ = turned_.defined() ? t * scale + turned_ * kept : t * scale;
  const torch::Tensor curvature =  // the logarithm of its square
      ((turned_ + unseen * turned_.mean()) / (moved_ + unseen * moved_.mean())).log();
  local_ = torch::upsample_bilinear2d(((curvature - curvature.mean()) * (-0.25 * caution)).exp(),
                                      {height_, width_}, false);
}

}  // namespace pastiche
