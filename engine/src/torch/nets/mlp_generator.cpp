#include "nets/mlp_generator.hpp"

namespace pastiche {

MlpGenerator::MlpGenerator(const GeneratorPlan& plan, int64_t hidden) : Generator(plan) {
  int64_t in = plan.latent + int64_t(plan.classes.size());
  for (int64_t i = 0; i <= hidden; ++i) {
    const bool last = i == hidden;
    const int64_t out = last ? plan.channels * plan.height * plan.width : plan.features;
    layers_.push_back(register_module("fc" + std::to_string(i + 1), torch::nn::Linear(in, out)));
    in = out;
  }
}

torch::Tensor MlpGenerator::forward(const torch::Tensor& latents, const torch::Tensor& classes) {
  torch::Tensor x = with_classes(latents, classes);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) x = activated(layers_[i](x));
  return in_range(layers_.back()(x).view({-1, plan.channels, plan.height, plan.width}));
}

}  // namespace pastiche
