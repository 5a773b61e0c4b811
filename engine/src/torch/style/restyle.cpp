#include "style/restyle.hpp"

#include "style/tiled_encoder.hpp"

namespace pastiche {
namespace {

constexpr double ridge_share = 1e-3;

Moments with_ridge(const Moments& moments) {
  const torch::Tensor ridge = ridge_share * moments.covariance.diagonal().mean() + 1e-8;
  const auto channels = moments.covariance.size(0);
  return {moments.mean,
          moments.covariance + ridge * torch::eye(channels, moments.covariance.options())};
}

Affine adain(const Moments& from, const Moments& to) {
  const auto exact = [](const torch::Tensor& x) { return x.cpu().to(torch::kFloat64); };
  const torch::Tensor scale =
      (exact(to.covariance).diagonal() / exact(from.covariance).diagonal()).sqrt();
  return {torch::diag(scale), exact(to.mean) - exact(from.mean) * scale};
}

}  // namespace

Affine restyle(const Moments& from, const Moments& to, Transform transform) {
  const Moments before = with_ridge(from), after = with_ridge(to);
  switch (transform) {
    case Transform::AdaIN:
      return adain(before, after);
    case Transform::Whitening:
      return whiten_and_colour(before, after);
    default:
      return transport(before, after);
  }
}

LayerMoments::LayerMoments(const torch::Tensor& weights, int64_t height, int64_t width) {
  if (!weights.defined()) return;
  const torch::Tensor own = torch::adaptive_avg_pool2d(weights, {height, width});
  if (own.max().item<float>() > 0) weights_ = own;
}

void LayerMoments::add(const torch::Tensor& features, int64_t row, int64_t column) {
  const int64_t rows = features.size(2), columns = features.size(3);
  if (!weights_.defined()) return sum_.add(moments(features), double(rows * columns));
  const torch::Tensor weights = weights_.narrow(2, row, rows).narrow(3, column, columns);
  const double count = weights.sum().item<double>();
  if (count > 0) sum_.add(moments(features, weights), count);
}

std::map<std::string, Moments> moments_at(ImageStylizer& stylizer, const torch::Tensor& picture,
                                          const torch::Tensor& weights, int64_t room) {
  torch::NoGradGuard no_grad;
  std::map<std::string, LayerMoments> sums;
  for (const std::string& layer : stylizer->layers())
    sums.emplace(layer, LayerMoments(weights, side_of(layer, picture.size(2)),
                                     side_of(layer, picture.size(3))));
  const torch::ScalarType dtype = stylizer->parameters().front().scalar_type();
  TiledEncoder encoder(stylizer->encoder, stylizer->layers(), stylizer->encoder->padding, dtype,
                       room);
  encoder.look(
      picture,
      [&](const Part& part) { sums.at(part.layer).add(part.features, part.row, part.column); },
      [] {});
  std::map<std::string, Moments> found;
  for (const auto& [layer, sum] : sums) found[layer] = sum.total();
  return found;
}

}  // namespace pastiche
