#include "style/refine.hpp"

#include <format>

namespace pastiche {
namespace {

constexpr int content_block = 4;  // whose first layer the content is compared at

std::string content_layer(const EncoderImpl& encoder) {
  int block = content_block;
  while (block > 1 && !encoder.has(std::format("relu{}_1", block))) --block;
  return std::format("relu{}_1", block);
}

}  // namespace

std::set<std::string> first_layers(const EncoderImpl& encoder) {
  std::set<std::string> layers;
  for (const std::string& layer : encoder.layers())
    if (layer.ends_with("_1")) layers.insert(layer);
  return layers;
}

GatysPlan plan_refining(const Sizes& sizes, const Refining& refining, const Model& model,
                        Encoder encoder, double held) {
  std::string layers;
  for (const std::string& layer : first_layers(*encoder))
    layers += (layers.empty() ? "" : ",") + layer;
  const GatysOptions steps = {
      .size = refining.size,
      .min_size = 1 << 16,  // a single scale
      .steps = refining.steps,
      .first_steps = refining.steps,
      .content_weight = refining.content_weight,
      .tv_weight = 0.5,
      .content_layers = content_layer(*encoder),
      .style_layers = layers,
      .style_scale = refining.style_scale,
      .common = refining.common,
  };
  return plan_gatys(sizes, steps, model, std::move(encoder), held);
}

torch::Tensor refine(const GatysPlan& plan, const torch::Tensor& painted,
                     const ContentPicture& content, const std::vector<StylePicture>& styles,
                     const Progress& progress,
                     const std::function<Image(const torch::Tensor& so_far)>& finish) {
  const Scale& scale = plan.scales.back();
  Objective objective(plan.encoder, plan.weighing, content, styles,
                      {.pixels = plan.room_at(scale)});
  const auto optimiser = optimiser_for(plan.options);
  optimiser->start(painted);
  for (int step = 1; step <= scale.steps; ++step) {
    optimiser->step([&](const torch::Tensor& picture, const torch::Tensor& gradient) {
      return objective(picture, gradient).total;
    });
    const std::string where = std::format("efining, step {} of {}", step, scale.steps);
    if (!progress(double(step) / scale.steps, "R" + where))
      throw Cancelled("Stopped r" + where + ".",
                      std::make_shared<const Image>(finish(optimiser->picture())));
  }
  return optimiser->picture();
}

}  // namespace pastiche
