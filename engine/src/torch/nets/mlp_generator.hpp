#pragma once

#include "nets/generator.hpp"

namespace pastiche {

/// Linear layers "fc1", "fc2", ...: `hidden` + 1 of `features` outputs, the last one of all
/// pixels; a class is one more latent.
struct MlpGenerator : Generator {
  MlpGenerator(const GeneratorPlan& plan, int64_t hidden);
  torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor& classes) override;

 private:
  std::vector<torch::nn::Linear> layers_;
};

}  // namespace pastiche
