#include "style/objective.hpp"

namespace pastiche {
namespace {

/// The sum of weights, which is above 0, so that a layer's weight is its share.
double sum_of(const std::vector<Weighted>& layers) {
  double sum = 0;
  for (const Weighted& layer : layers) sum += layer.weight;
  return sum;
}

/// `weights` at a layer's size, feathered by the averaging; undefined stays so.
torch::Tensor at_size(const torch::Tensor& weights, const torch::Tensor& features) {
  if (!weights.defined()) return weights;
  return torch::adaptive_avg_pool2d(weights, {features.size(2), features.size(3)});
}

/// Where the mask lets a style go and the content is visible.
torch::Tensor visible(const torch::Tensor& mask, const torch::Tensor& alpha) {
  return alpha.defined() ? mask * alpha : mask;
}

torch::Tensor if_counted(const torch::Tensor& weights) {
  return weights.defined() && weights.sum().item<double>() > 0 ? weights : torch::Tensor();
}

}  // namespace

std::set<std::string> Weighing::layers() const {
  std::set<std::string> names;
  for (const auto* list : {&content_layers, &style_layers})
    for (const Weighted& layer : *list) names.insert(layer.name);
  return names;
}

Objective::Objective(Encoder encoder, Weighing weighing, const ContentPicture& content,
                     const std::vector<StylePicture>& styles)
    : encoder_(std::move(encoder)), weighing_(std::move(weighing)), alpha_(content.alpha) {
  torch::NoGradGuard no_grad;
  std::map<std::string, std::vector<Moments>> targets;
  for (const StylePicture& style : styles)
    for (const auto& [layer, features] : features_of(style.rgb))
      targets[layer].push_back(moments(features, if_counted(at_size(style.alpha, features))));

  const Features features = features_of(content.rgb);
  const bool masked = styles[0].mask.defined();
  for (const Weighted& layer : weighing_.style_layers)
    (this->*(masked ? &Objective::add_masked : &Objective::add_mixed))(
        layer.name, targets.at(layer.name), styles, content, features.at(layer.name));
  for (const Weighted& layer : weighing_.content_layers) {
    const torch::Tensor& target = features.at(layer.name);
    contents_.emplace(layer.name, ContentLoss(target, if_counted(at_size(alpha_, target))));
  }
}

void Objective::add_mixed(const std::string& layer, const std::vector<Moments>& targets,
                          const std::vector<StylePicture>& styles, const ContentPicture& content,
                          const torch::Tensor& features) {
  std::vector<double> shares;
  for (const StylePicture& style : styles) shares.push_back(style.share);
  regions_[layer].push_back({StyleLoss(weighing_.style_loss, mix(targets, shares)),
                             if_counted(at_size(content.alpha, features)), 1});
}

void Objective::add_masked(const std::string& layer, const std::vector<Moments>& targets,
                           const std::vector<StylePicture>& styles, const ContentPicture& content,
                           const torch::Tensor& features) {
  const torch::Tensor everywhere = torch::ones_like(styles[0].mask);
  const double all = visible(everywhere, content.alpha).sum().item<double>();
  for (std::size_t i = 0; i < styles.size(); ++i) {
    const torch::Tensor weights = visible(styles[i].mask, content.alpha);
    const double area = weights.sum().item<double>() / all;
    if (area == 0 || styles[i].share == 0) continue;
    const double strength = styles[i].share * double(styles.size());
    regions_[layer].push_back(
        {StyleLoss(weighing_.style_loss, targets[i]), at_size(weights, features), area * strength});
  }
}

Features Objective::features_of(const torch::Tensor& picture) const {
  Encoder encoder = encoder_;  // forward() is not const
  return encoder->forward(
      picture.to(weighing_.dtype, false, false, torch::MemoryFormat::ChannelsLast),
      weighing_.layers());
}

torch::Tensor Objective::style_loss(const std::string& layer, const torch::Tensor& features) const {
  torch::Tensor sum;
  for (const Region& region : regions_.at(layer)) {
    const torch::Tensor part = region.area * region.loss(moments(features, region.weights));
    sum = sum.defined() ? sum + part : part;
  }
  return sum;
}

Objective::Losses Objective::operator()(const torch::Tensor& picture) const {
  const Features features = features_of(picture);
  const torch::Tensor zero = torch::zeros({}, picture.options());
  Losses losses{zero, zero, zero};
  for (const Weighted& layer : weighing_.style_layers) {
    const double weight = layer.weight / sum_of(weighing_.style_layers);
    torch::Tensor seen = features.at(layer.name);
    if (weighing_.normalise_gradients) seen = with_gradient_length(seen, weighing_.style * weight);
    losses.style = losses.style + weight * style_loss(layer.name, seen);
  }
  for (const Weighted& layer : weighing_.content_layers) {
    const double weight = layer.weight / sum_of(weighing_.content_layers);
    torch::Tensor seen = features.at(layer.name);
    if (weighing_.normalise_gradients)
      seen = with_gradient_length(seen, weighing_.content * weight);
    losses.content = losses.content + weight * contents_.at(layer.name)(seen);
  }
  const torch::Tensor variation =
      total_variation(picture, weighing_.variation_kind, weighing_.wrapped, alpha_);
  losses.total = weighing_.style * losses.style + weighing_.content * losses.content +
                 weighing_.variation * variation;
  return losses;
}

}  // namespace pastiche
