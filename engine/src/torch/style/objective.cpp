#include "style/objective.hpp"

#include <cmath>

#include "memory.hpp"

namespace pastiche {
namespace {

/// The sum of weights, which is above 0, so that a layer's weight is its share.
double sum_of(const std::vector<Weighted>& layers) {
  double sum = 0;
  for (const Weighted& layer : layers) sum += layer.weight;
  return sum;
}

/// Of a picture's layer: how many places it has.
struct Places {
  int64_t height, width;

  Places(const std::string& layer, const torch::Tensor& picture)
      : height(side_of(layer, picture.size(2))), width(side_of(layer, picture.size(3))) {}
  int64_t count() const { return height * width; }

  /// `weights` feathered by averaging; undefined stays so.
  torch::Tensor resized(const torch::Tensor& weights) const {
    if (!weights.defined()) return weights;
    return torch::adaptive_avg_pool2d(weights, {height, width});
  }

  /// Undefined, too, where no place would count.
  torch::Tensor if_counted(const torch::Tensor& weights) const {
    const torch::Tensor here = resized(weights);
    return here.defined() && here.sum().item<double>() > 0 ? here : torch::Tensor();
  }
};

/// Where the mask lets a style go and the content is visible.
torch::Tensor visible(const torch::Tensor& mask, const torch::Tensor& alpha) {
  return alpha.defined() ? mask * alpha : mask;
}

/// `compute`, again with half the room as long as memory runs out.
template <class Compute>
auto with_room(TiledEncoder& encoder, const torch::Tensor& picture, const Compute& compute) {
  while (true) try {
      return compute();
    } catch (const std::exception& e) {
      if (!is_out_of_memory(e) || !encoder.halve(picture)) throw;
    }
}

}  // namespace

std::set<std::string> Weighing::layers() const {
  std::set<std::string> names;
  for (const auto* list : {&content_layers, &style_layers})
    for (const Weighted& layer : *list) names.insert(layer.name);
  return names;
}

Objective::Objective(Encoder encoder, Weighing weighing, const ContentPicture& content,
                     const std::vector<StylePicture>& styles, Room room)
    : encoder_(std::move(encoder)),
      weighing_(std::move(weighing)),
      alpha_(content.alpha),
      room_(std::move(room)),
      seen_by_(encoder_, weighing_.layers(),
               weighing_.wrapped ? Padding::Circular : encoder_->padding, weighing_.dtype,
               room_.pixels) {
  torch::NoGradGuard no_grad;
  std::vector<Targets> targets;
  for (const StylePicture& style : styles)
    targets.push_back(style.rgb.defined() ? targets_of(style) : style.moments);
  for (const Weighted& row : weighing_.style_layers) {
    layers_[row.name].style_weight = row.weight / sum_of(weighing_.style_layers);
    add_styles(layers_[row.name], row.name, targets, styles, content);
  }
  for (const Weighted& row : weighing_.content_layers) {
    const Places places(row.name, content.rgb);
    layers_[row.name].content_weight = row.weight / sum_of(weighing_.content_layers);
    layers_[row.name].content = {{places.height, places.width, places.if_counted(alpha_)}};
  }
  if (!weighing_.content_layers.empty()) learn(content.rgb);
}

Objective::Targets Objective::targets_of(const StylePicture& style) const {
  std::map<std::string, PartMoments> empty;
  std::set<std::string> layers;
  for (const Weighted& layer : weighing_.style_layers) {
    layers.insert(layer.name);
    empty.emplace(layer.name, Places(layer.name, style.rgb).if_counted(style.alpha));
  }
  TiledEncoder seen_by(encoder_, layers, encoder_->padding, weighing_.dtype, room_.pixels);
  return with_room(seen_by, style.rgb, [&] {
    auto seen = empty;
    seen_by.look(style.rgb, [&](const Part& part) { seen.at(part.layer).see(part); }, [] {});
    Targets targets;
    for (const auto& [layer, moments] : seen) targets[layer] = moments.total();
    return targets;
  });
}

void Objective::add_styles(Layer& layer, const std::string& name,
                           const std::vector<Targets>& targets,
                           const std::vector<StylePicture>& styles, const ContentPicture& content) {
  const Places places(name, content.rgb);
  if (!styles[0].mask.defined()) {
    std::vector<Moments> parts;
    std::vector<double> shares;
    for (std::size_t i = 0; i < styles.size(); ++i) {
      parts.push_back(targets[i].at(name));
      shares.push_back(styles[i].share);
    }
    layer.styles.emplace_back(StyleLoss(weighing_.style_loss, mix(parts, shares)),
                              places.if_counted(content.alpha));
    layer.areas = {1};
    return;
  }
  const double all = visible(torch::ones_like(styles[0].mask), content.alpha).sum().item<double>();
  for (std::size_t i = 0; i < styles.size(); ++i) {
    const torch::Tensor weights = visible(styles[i].mask, content.alpha);
    const double area = weights.sum().item<double>() / all;
    if (area == 0 || styles[i].share == 0) continue;
    layer.styles.emplace_back(StyleLoss(weighing_.style_loss, targets[i].at(name)),
                              places.resized(weights));
    layer.areas.push_back(area * styles[i].share * double(styles.size()));
  }
}

void Objective::learn(const torch::Tensor& content) {
  with_room(seen_by_, content, [&] {
    for (auto& [name, layer] : layers_)
      for (ContentTerm& term : layer.content) term.unlearn();
    seen_by_.look(
        content,
        [&](const Part& part) {
          for (ContentTerm& term : layers_.at(part.layer).content) term.learn(part);
        },
        [] {});
  });
}

Objective::Losses Objective::operator()(const torch::Tensor& picture,
                                        const torch::Tensor& gradient) {
  torch::NoGradGuard no_grad;
  return with_room(seen_by_, picture, [&] { return evaluate(picture, gradient); });
}

Objective::Losses Objective::evaluate(const torch::Tensor& picture, const torch::Tensor& gradient) {
  const bool slope = gradient.defined(), normalise = slope && weighing_.normalise_gradients;
  const bool keep = slope && !normalise;  // otherwise pull() follows another look
  const int64_t all = seen_by_.tiles_to_look(picture, keep) +
                      (normalise ? seen_by_.tiles_to_look(picture, true) : 0) +
                      (slope ? seen_by_.tiles_to_pull(picture) : 0);
  int64_t done = 0;
  const auto told = [&] {
    if (++done < all && room_.tell && !seen_by_.in_one(picture))
      room_.tell(double(done) / double(all));
  };
  for (auto& [name, layer] : layers_) {
    for (StyleTerm& term : layer.styles) term.forget();
    for (ContentTerm& term : layer.content) term.forget();
  }
  seen_by_.look(
      picture,
      [&](const Part& part) {
        Layer& layer = layers_.at(part.layer);
        for (StyleTerm& term : layer.styles) term.see(part);
        for (ContentTerm& term : layer.content) term.see(part);
      },
      told, keep);
  Losses losses = conclude();
  if (!std::isfinite(losses.total)) return losses;
  if (normalise) measure_steepness(picture, told);
  if (slope)
    seen_by_.pull(picture, [&](const Part& part) { return slope_at(part); }, gradient, told);
  losses.total +=
      weighing_.variation * total_variation(picture, weighing_.variation_kind, weighing_.wrapped,
                                            alpha_, weighing_.variation, gradient);
  return losses;
}

Objective::Losses Objective::conclude() {
  Losses losses;
  for (auto& [name, layer] : layers_) {
    layer.style_steepness = layer.content_steepness = 1;
    for (std::size_t i = 0; i < layer.styles.size(); ++i) {
      const double weight = layer.style_weight * layer.areas[i];
      losses.style += weight * layer.styles[i].conclude(weighing_.style * weight);
    }
    for (ContentTerm& term : layer.content)
      losses.content +=
          layer.content_weight * term.conclude(weighing_.content * layer.content_weight);
  }
  losses.total = weighing_.style * losses.style + weighing_.content * losses.content;
  return losses;
}

void Objective::measure_steepness(const torch::Tensor& picture, const std::function<void()>& told) {
  std::map<std::string, std::pair<double, double>> lengths;  // L1 norms: style, content
  const auto length = [](const torch::Tensor& slope) {
    return slope.defined() ? slope.abs().sum(torch::kFloat64).item<double>() : 0;
  };
  seen_by_.look(
      picture,
      [&](const Part& part) {
        Layer& layer = layers_.at(part.layer);
        lengths[part.layer].first += length(style_slope(layer, part));
        lengths[part.layer].second += length(content_slope(layer, part));
      },
      told, /*keep=*/true);
  for (auto& [name, layer] : layers_) {
    const auto [style, content] = lengths[name];
    layer.style_steepness = weighing_.style * layer.style_weight / std::max(style, 1e-20);
    layer.content_steepness = weighing_.content * layer.content_weight / std::max(content, 1e-20);
  }
}

torch::Tensor Objective::style_slope(Layer& layer, const Part& part) {
  torch::Tensor sum;
  for (StyleTerm& term : layer.styles) {
    const torch::Tensor slope = term.slope(part);
    sum = sum.defined() ? sum.add_(slope) : slope;
  }
  return sum;
}

torch::Tensor Objective::content_slope(const Layer& layer, const Part& part) {
  return layer.content.empty() ? torch::Tensor() : layer.content[0].slope(part);
}

torch::Tensor Objective::slope_at(const Part& part) {
  Layer& layer = layers_.at(part.layer);
  torch::Tensor rows = style_slope(layer, part), content = content_slope(layer, part);
  if (weighing_.normalise_gradients) {
    if (rows.defined()) rows.mul_(layer.style_steepness);
    if (content.defined()) content.mul_(layer.content_steepness);
  }
  if (content.defined()) rows = rows.defined() ? rows.add_(content) : content;
  const torch::Tensor& like = part.features;
  return rows.to(like.scalar_type())
      .view({1, like.size(2), like.size(3), like.size(1)})
      .permute({0, 3, 1, 2});
}

}  // namespace pastiche
