#include "style/perceptual_loss.hpp"

#include <algorithm>

namespace pastiche {
namespace {

const std::set<std::string> style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
const std::set<std::string> content_layers = {"relu3_1", "relu4_1"};

/// The squared distance relative to the target's own square, one a sample.
torch::Tensor relative(const torch::Tensor& x, const torch::Tensor& target) {
  return (x - target).square().flatten(1).sum(1) /
         target.square().flatten(1).sum(1).clamp_min(1e-8);
}

/// The logarithm keeps one picture far off from outweighing all others.
torch::Tensor style_distance(const Features& painted, const StyleMoments& style) {
  torch::Tensor sum = torch::zeros({}, painted.begin()->second.device());
  for (const auto& [layer, features] : painted) {
    const Moments ours = batch_moments(features), &theirs = style.at(layer);
    sum = sum + relative(ours.mean, theirs.mean).log1p().mean() +
          relative(ours.covariance, theirs.covariance).log1p().mean();
  }
  return sum / double(painted.size());
}

/// Fine detail, each of the 4 x 4 phases averaged over 32 pixels: what is not tied to the lattice
/// averages out.
torch::Tensor lattice(const torch::Tensor& painted) {
  constexpr int64_t period = 4, places = 8;
  const torch::Tensor fine = painted - torch::avg_pool2d(painted, 5, 1, 2, false, false);
  const torch::Tensor phases = torch::pixel_unshuffle(fine, period);
  const int64_t window = std::min({places, phases.size(2), phases.size(3)});
  return torch::avg_pool2d(phases, window, (window + 1) / 2).square().mean();
}

}  // namespace

Moments batch_moments(const torch::Tensor& features) {
  // Statistics in bf16 would be off by more than what they are to tell.
  const c10::impl::ExcludeDispatchKeyGuard exactly(c10::autocast_dispatch_keyset);
  const torch::Tensor f = features.to(torch::kFloat32).flatten(2);
  const torch::Tensor mean = f.mean(2, true), centred = f - mean;
  return {mean.squeeze(2), torch::bmm(centred, centred.transpose(1, 2)) / double(f.size(2))};
}

StyleMoments joined(const std::vector<StyleMoments>& parts) {
  std::map<std::string, std::vector<torch::Tensor>> means, covariances;
  for (const StyleMoments& part : parts)
    for (const auto& [layer, rows] : part) {
      means[layer].push_back(rows.mean);
      covariances[layer].push_back(rows.covariance);
    }
  StyleMoments all;
  for (const auto& [layer, rows] : means)
    all[layer] = {torch::cat(rows), torch::cat(covariances.at(layer))};
  return all;
}

StyleMoments selected(const StyleMoments& styles, const torch::Tensor& ids) {
  StyleMoments found;
  for (const auto& [layer, rows] : styles)
    found[layer] = {rows.mean.index_select(0, ids), rows.covariance.index_select(0, ids)};
  return found;
}

StyleMoments PerceptualLoss::style_of(const torch::Tensor& pictures) const {
  torch::NoGradGuard no_grad;
  StyleMoments styles;
  for (const auto& [layer, features] : judge_(pictures, style_layers))
    styles[layer] = batch_moments(features);
  return styles;
}

torch::Tensor PerceptualLoss::style(const torch::Tensor& painted, const StyleMoments& style) const {
  return style_distance(judge_(painted, style_layers), style);
}

PerceptualLoss::Losses PerceptualLoss::operator()(const torch::Tensor& painted,
                                                  const torch::Tensor& content,
                                                  const StyleMoments& style) const {
  const Features of_painted = judge_(painted, style_layers);
  Features of_content;
  {
    torch::NoGradGuard no_grad;
    of_content = judge_(content, content_layers);
  }
  torch::Tensor kept = torch::zeros({}, painted.device());
  for (const auto& [layer, wanted] : of_content)
    kept = kept + relative(of_painted.at(layer).to(torch::kFloat32), wanted).mean();
  return {
      {"content", kept / double(of_content.size())},
      {"style", style_distance(of_painted, style)},
      {"lattice", lattice(painted)},
      {"tv", painted.diff(1, 2).square().mean() + painted.diff(1, 3).square().mean()},
      // Colours that a screen cannot show would be cut off, and look like blots.
      {"range", (painted - painted.clamp(0, 1)).abs().mean()},
  };
}

}  // namespace pastiche
