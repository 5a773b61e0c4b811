#include "style/whitening.hpp"

namespace pastiche {
namespace {

constexpr double smallest_share = 1e-6;  // what float32 covariances tell from nothing

/// The symmetric power of a covariance, {C, C} float64: 0.5 colours, -0.5 whitens.
torch::Tensor power(const torch::Tensor& covariance, double exponent) {
  const auto [values, vectors] = torch::linalg_eigh(covariance.cpu().to(torch::kFloat64), "L");
  const double largest = values.max().item<double>();
  if (!(largest > 0)) return torch::zeros_like(vectors);  // of one colour: there is nothing to move
  const torch::Tensor powers = exponent < 0
                                   ? values.clamp_min(smallest_share * largest).pow(exponent)
                                   : values.clamp_min(0).pow(exponent);
  return (vectors * powers).matmul(vectors.t());
}

/// `map` {C, C} of what the features are beyond their mean, to the style's.
torch::Tensor moved(const torch::Tensor& content, const torch::Tensor& map, const Moments& from,
                    const Moments& to) {
  TORCH_CHECK(content.dim() == 4 && content.size(0) == 1, "expected {1, C, H, W}, got ",
              content.sizes());
  const torch::Tensor before = from.mean.cpu().to(torch::kFloat64);
  const torch::Tensor shift = to.mean.cpu().to(torch::kFloat64) - map.matmul(before);
  const auto like = torch::TensorOptions(content.device()).dtype(torch::kFloat32);
  return torch::conv2d(content.to(torch::kFloat32), map.to(like).unsqueeze(-1).unsqueeze(-1),
                       shift.to(like))
      .to(content.scalar_type());
}

}  // namespace

torch::Tensor whiten_and_colour(const torch::Tensor& content, const Moments& content_moments,
                                const Moments& style) {
  const torch::Tensor map =
      power(style.covariance, 0.5).matmul(power(content_moments.covariance, -0.5));
  return moved(content, map, content_moments, style);
}

torch::Tensor transport(const torch::Tensor& content, const Moments& content_moments,
                        const Moments& style) {
  const torch::Tensor root = power(content_moments.covariance, 0.5),
                      inverse = power(content_moments.covariance, -0.5);
  const torch::Tensor target = style.covariance.cpu().to(torch::kFloat64);
  const torch::Tensor between = power(root.matmul(target).matmul(root), 0.5);
  return moved(content, inverse.matmul(between).matmul(inverse), content_moments, style);
}

}  // namespace pastiche
