#pragma once

#include "nets/generator.hpp"

namespace pastiche {

/// A 4x4 transposed convolution "conv1" of the latents, then one of stride 2 for each doubling of
/// 4 px to plan.height, each but the last with a batch norm "norm1", ... and without a bias. Every
/// doubling halves the channels, which are plan.features before the last.
struct DcganGenerator : Generator {
  explicit DcganGenerator(const GeneratorPlan& plan);
  torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor& classes) override;

 private:
  std::vector<torch::nn::ConvTranspose2d> convs_;
  std::vector<torch::nn::BatchNorm2d> norms_;
};

}  // namespace pastiche
