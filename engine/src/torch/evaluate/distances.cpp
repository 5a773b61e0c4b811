#include "evaluate/distances.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pastiche {
namespace {

constexpr int64_t directions = 32, quantiles = 1024;

double norm_of(const torch::Tensor& x) { return x.norm().item<double>(); }

/// Relative to next to nothing is no number; a picture's features are never that small.
double over(double distance, double size) { return distance / std::max(size, 1e-12); }

torch::Tensor gram(const Gaussian& g) { return g.covariance + torch::outer(g.mean, g.mean); }

torch::Tensor root(const torch::Tensor& covariance) {
  const auto [values, vectors] = torch::linalg_eigh(covariance, "L");
  return (vectors * values.clamp_min(0).sqrt()).matmul(vectors.t());
}

/// Evenly over half a sphere, {3, directions}: Fibonacci's spiral.
torch::Tensor spiral() {
  const torch::Tensor k = torch::arange(directions, torch::kFloat64);
  const torch::Tensor z = (k + 0.5) / double(directions);
  const torch::Tensor turn = k * (std::numbers::pi * (3 - std::sqrt(5.0)));
  const torch::Tensor radius = (1 - z.square()).sqrt();
  return torch::stack({radius * turn.cos(), radius * turn.sin(), z});
}

/// The quantiles {directions, quantiles} of the colours along each direction.
torch::Tensor profile(const torch::Tensor& rgb) {
  const torch::Tensor pixels = to_lab(rgb).reshape({3, -1});
  const auto rising = std::get<0>(spiral().t().to(pixels.device()).matmul(pixels).sort(1));
  const int64_t count = rising.size(1);
  const torch::Tensor at =
      ((torch::arange(quantiles, rising.options()) + 0.5) * (double(count) / double(quantiles)) -
       0.5)
          .clamp(0, double(count - 1));
  const torch::Tensor below = at.floor();
  const torch::Tensor above = (below + 1).clamp_max(double(count - 1));
  return torch::lerp(rising.index_select(1, below.to(torch::kInt64)),
                     rising.index_select(1, above.to(torch::kInt64)),
                     (at - below).unsqueeze(0).expand({directions, quantiles}));
}

}  // namespace

Gaussian gaussian_of(const torch::Tensor& features) {
  const torch::Tensor columns = features[0].flatten(1).to(torch::kFloat64);
  const torch::Tensor mean = columns.mean(1);
  const torch::Tensor centred = columns - mean.unsqueeze(1);
  return {mean, centred.matmul(centred.t()) / double(columns.size(1))};
}

double gram_distance(const Gaussian& result, const Gaussian& style) {
  const torch::Tensor theirs = gram(style);
  return over(norm_of(gram(result) - theirs), norm_of(theirs));
}

double gaussian_distance(const Gaussian& a, const Gaussian& b) {
  const torch::Tensor half = root(a.covariance);
  const torch::Tensor product = half.matmul(b.covariance).matmul(half);
  const torch::Tensor values = torch::linalg_eigvalsh((product + product.t()) / 2, "L");
  const double between = (a.mean - b.mean).square().sum().item<double>() +
                         (a.covariance.trace() + b.covariance.trace()).item<double>() -
                         2 * values.clamp_min(0).sqrt().sum().item<double>();
  return std::max(between, 0.0);
}

double frechet_distance(const Gaussian& result, const Gaussian& style) {
  const double size = (style.mean.square().sum() + style.covariance.trace()).item<double>();
  return over(gaussian_distance(result, style), size);
}

double feature_distance(const torch::Tensor& result, const torch::Tensor& content) {
  TORCH_CHECK(result.sizes() == content.sizes(), "features of one shape");
  return over(norm_of(result - content), norm_of(content));
}

torch::Tensor to_lab(const torch::Tensor& rgb) {
  const torch::Tensor x = rgb.to(torch::kFloat64);
  const torch::Tensor light = torch::where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055).pow(2.4));
  // Rows over the white point, so that white is (1, 1, 1).
  const torch::Tensor to_xyz =
      torch::tensor({{0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047},
                     {0.2126729, 0.7151522, 0.0721750},
                     {0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883}},
                    x.options());
  const torch::Tensor xyz = torch::einsum("ij,njhw->nihw", {to_xyz, light});
  constexpr double knee = 216.0 / 24389, slope = 24389.0 / 27;
  const torch::Tensor f =
      torch::where(xyz > knee, xyz.clamp_min(0).pow(1.0 / 3), (slope * xyz + 16) / 116);
  const torch::Tensor lightness = 116 * f.select(1, 1) - 16;
  return torch::stack(
      {lightness, 500 * (f.select(1, 0) - f.select(1, 1)), 200 * (f.select(1, 1) - f.select(1, 2))},
      1);
}

double colour_distance(const torch::Tensor& a, const torch::Tensor& b) {
  return std::sqrt(3 * (profile(a) - profile(b)).square().mean().item<double>());
}

}  // namespace pastiche
