#include "style/restyle.hpp"

#include "style/whitening.hpp"

namespace pastiche {
namespace {

constexpr double ridge_share = 1e-3;

Moments with_ridge(const Moments& moments) {
  const torch::Tensor ridge = ridge_share * moments.covariance.diagonal().mean() + 1e-8;
  const auto channels = moments.covariance.size(0);
  return {moments.mean,
          moments.covariance + ridge * torch::eye(channels, moments.covariance.options())};
}

torch::Tensor adain(const torch::Tensor& features, const Moments& from, const Moments& to) {
  const auto as_map = [](const torch::Tensor& row) { return row.view({1, -1, 1, 1}); };
  const torch::Tensor scale = (to.covariance.diagonal() / from.covariance.diagonal()).sqrt();
  const torch::Tensor shift = to.mean - from.mean * scale;
  return torch::addcmul(as_map(shift), features.to(torch::kFloat32), as_map(scale))
      .to(features.scalar_type());
}

/// The weights at the features' size.
Moments moments_of(const torch::Tensor& features, const torch::Tensor& weights) {
  if (!weights.defined()) return moments(features);
  return moments(features,
                 torch::adaptive_avg_pool2d(weights, {features.size(2), features.size(3)}));
}

}  // namespace

torch::Tensor restyled(const torch::Tensor& features, const Moments& from, const Moments& to,
                       Transform transform) {
  torch::NoGradGuard no_grad;
  const Moments before = with_ridge(from), after = with_ridge(to);
  switch (transform) {
    case Transform::AdaIN:
      return adain(features, before, after);
    case Transform::Whitening:
      return whiten_and_colour(features, before, after);
    default:
      return transport(features, before, after);
  }
}

std::map<std::string, Moments> moments_at(ImageStylizer& stylizer, const torch::Tensor& picture,
                                          const torch::Tensor& weights) {
  std::map<std::string, Moments> found;
  const torch::ScalarType dtype = stylizer->parameters().front().scalar_type();
  for (const auto& [layer, features] : stylizer->encoder(picture.to(dtype), stylizer->layers()))
    found[layer] = moments_of(features, weights);
  return found;
}

torch::Tensor repainted(ImageStylizer& stylizer, const torch::Tensor& picture,
                        const std::vector<WeighedStyle>& styles, const Repainting& how) {
  torch::NoGradGuard no_grad;
  const torch::ScalarType dtype = stylizer->parameters().front().scalar_type();
  Features own = stylizer->encoder(picture.to(dtype), stylizer->layers());
  torch::Tensor x = own.at(first_layer(stylizer->blocks()));
  for (int block = stylizer->blocks(); block > 0; --block) {
    const std::string layer = first_layer(block);
    const torch::Tensor mine = own.at(layer);
    own.erase(layer);
    const auto in_style = [&](const torch::Tensor& features) {
      const Moments from = moments_of(features, how.counts);
      torch::Tensor sum;
      for (const WeighedStyle& style : styles) {
        const torch::Tensor part =
            style.share * restyled(features, from, style.moments.at(layer), how.transform);
        sum = sum.defined() ? sum + part : part;
      }
      return sum;
    };
    torch::Tensor painted = in_style(x);
    if (how.detail > 0 && block < stylizer->blocks())
      painted = in_style(torch::lerp(painted, in_style(mine), how.detail));
    x = stylizer->decoder->step(
        how.strength < 1 ? torch::lerp(mine, painted, how.strength) : painted, block);
    if (block == 1 && how.strength < 1) {
      const torch::Tensor copy = stylizer->decoder->step(mine, block);
      x = x.to(torch::kFloat32) + (1 - how.strength) * (picture - copy.to(torch::kFloat32));
    }
  }
  return x.to(torch::kFloat32);
}

}  // namespace pastiche
