#include "style/restyle.hpp"

#include "style/whitening.hpp"

namespace pastiche {
namespace {

constexpr double ridge_share = 1e-3;

torch::Tensor variances(const Moments& rows) { return rows.covariance.diagonal(0, 1, 2); }

Moments with_ridge(const Moments& rows) {
  const torch::Tensor ridge = ridge_share * variances(rows).mean(1) + 1e-8;
  const torch::Tensor identity =
      torch::eye(rows.covariance.size(1), rows.covariance.options()).unsqueeze(0);
  return {rows.mean, rows.covariance + ridge.view({-1, 1, 1}) * identity};
}

torch::Tensor adain(const torch::Tensor& features, const Moments& from, const Moments& to) {
  const auto as_map = [](const torch::Tensor& rows) { return rows.unsqueeze(-1).unsqueeze(-1); };
  const torch::Tensor scale = (variances(to) / variances(from)).sqrt();
  const torch::Tensor shift = to.mean - from.mean * scale;
  return torch::addcmul(as_map(shift), features.to(torch::kFloat32), as_map(scale))
      .to(features.scalar_type());
}

torch::Tensor whitened(const torch::Tensor& features, const Moments& from, const Moments& to) {
  std::vector<torch::Tensor> rows;
  for (int64_t n = 0; n < features.size(0); ++n)
    rows.push_back(whiten_and_colour(features.narrow(0, n, 1), {from.mean[n], from.covariance[n]},
                                     {to.mean[n], to.covariance[n]}));
  return torch::cat(rows);
}

}  // namespace

StyleMoments moments_of(const Features& features, const torch::Tensor& weights) {
  StyleMoments found;
  for (const auto& [layer, feature] : features) {
    if (!weights.defined()) {
      found[layer] = batch_moments(feature);
      continue;
    }
    const Moments one =
        moments(feature, torch::adaptive_avg_pool2d(weights, {feature.size(2), feature.size(3)}));
    found[layer] = {one.mean.unsqueeze(0), one.covariance.unsqueeze(0)};
  }
  return found;
}

Features restyled(const Features& features, const StyleMoments& from, const StyleMoments& to,
                  Transform transform) {
  torch::NoGradGuard no_grad;
  Features found;
  for (const auto& [layer, feature] : features) {
    const Moments before = with_ridge(from.at(layer)), after = with_ridge(to.at(layer));
    found[layer] = transform == Transform::AdaIN ? adain(feature, before, after)
                                                 : whitened(feature, before, after);
  }
  return found;
}

Statistics statistics_of(const StyleMoments& style) {
  Statistics found;
  for (const auto& [layer, rows] : style)
    found[layer] = torch::cat({rows.mean, variances(rows).clamp_min(0).sqrt()}, 1);
  return found;
}

}  // namespace pastiche
