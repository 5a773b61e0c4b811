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

torch::Tensor exact(const torch::Tensor& x) { return x.cpu().to(torch::kFloat64); }

/// `matrix` {C, C} of what the features are beyond their mean, to the style's.
Affine about_means(const torch::Tensor& matrix, const Moments& from, const Moments& to) {
  return {matrix, exact(to.mean) - matrix.matmul(exact(from.mean))};
}

}  // namespace

torch::Tensor Affine::operator()(const torch::Tensor& features) const {
  TORCH_CHECK(features.dim() == 4 && features.size(0) == 1, "expected {1, C, H, W}, got ",
              features.sizes());
  const auto like = torch::TensorOptions(features.device()).dtype(torch::kFloat32);
  return torch::conv2d(features.to(torch::kFloat32), matrix.to(like).unsqueeze(-1).unsqueeze(-1),
                       shift.to(like))
      .to(features.scalar_type());
}

Moments Affine::operator()(const Moments& moments) const {
  return {matrix.matmul(exact(moments.mean)) + shift,
          matrix.matmul(exact(moments.covariance)).matmul(matrix.t())};
}

Affine Affine::after(const Affine& first) const {
  return {matrix.matmul(first.matrix), matrix.matmul(first.shift) + shift};
}

Affine whiten_and_colour(const Moments& content, const Moments& style) {
  return about_means(power(style.covariance, 0.5).matmul(power(content.covariance, -0.5)), content,
                     style);
}

Affine transport(const Moments& content, const Moments& style) {
  const torch::Tensor root = power(content.covariance, 0.5),
                      inverse = power(content.covariance, -0.5);
  const torch::Tensor between =
      power(root.matmul(exact(style.covariance)).matmul(root), 0.5);
  return about_means(inverse.matmul(between).matmul(inverse), content, style);
}

}  // namespace pastiche
