#include "style/style_loss.hpp"

#include <algorithm>

namespace pastiche {
namespace {

constexpr double tiny = 1e-12;

/// Share of the target's mean variance that is added to every variance: below
/// it a direction counts as empty, and its slope, 1 / sqrt, stays bounded.
constexpr double ridge_share = 1e-3;

struct TraceOfRoot : torch::autograd::Function<TraceOfRoot> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& matrix, double floor) {
    const auto [values, vectors] = torch::linalg_eigh(matrix, "L");
    const torch::Tensor roots = values.clamp_min(floor).sqrt();
    context->save_for_backward({roots, vectors});
    return roots.sum();
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor inverse = (saved[1] / saved[0]).matmul(saved[1].t());
    return {gradients[0] * 0.5 * inverse, torch::Tensor()};
  }
};

torch::Tensor root_of(const torch::Tensor& matrix) {
  const auto [values, vectors] = torch::linalg_eigh(matrix, "L");
  return (vectors * values.clamp_min(0).sqrt()).matmul(vectors.t());
}

}  // namespace

torch::Tensor trace_of_root(const torch::Tensor& matrix, double floor) {
  return TraceOfRoot::apply(matrix, floor);
}

StyleLoss::StyleLoss(Kind kind, Moments target) : kind_(kind), target_(std::move(target)) {
  if (kind_ == Kind::Gram) {
    size_ = target_.gram().square().sum().clamp_min(tiny);
    return;
  }
  size_ = target_.gram().trace().clamp_min(tiny);
  const torch::Tensor raw = target_.covariance.to(torch::kFloat64);
  const auto channels = raw.size(0);
  // A flat style has no variance: then its squared mean gives the measure.
  const double measure = std::max(raw.trace().item<double>(), 1e-3 * size_.item<double>());
  ridge_ = ridge_share * measure / double(channels);
  covariance_ = raw + ridge_ * torch::eye(channels, raw.options());
  root_ = root_of(covariance_);
}

torch::Tensor StyleLoss::operator()(const Moments& moments) const {
  if (kind_ == Kind::Gram) return (moments.gram() - target_.gram()).square().sum() / size_;
  return wasserstein(moments);
}

torch::Tensor StyleLoss::wasserstein(const Moments& moments) const {
  const torch::Tensor covariance =
      moments.covariance.to(torch::kFloat64) + ridge_ * torch::eye(root_.size(0), root_.options());
  // Both factors are at least the ridge, so the product's eigenvalues its square.
  const torch::Tensor cross =
      trace_of_root(root_.matmul(covariance).matmul(root_), ridge_ * ridge_);
  const torch::Tensor spread = covariance.trace() + covariance_.trace() - 2 * cross;
  const torch::Tensor shift = (moments.mean - target_.mean).square().sum();
  return (shift + spread.to(torch::kFloat32)) / size_;
}

}  // namespace pastiche
