#pragma once

#include <torch/torch.h>

#include <vector>

#include "store/generator_plan.hpp"

namespace pastiche {

/// Tells true pictures from those of a generator of the same plan. "dcgan": 4x4 convolutions of
/// stride 2 down to 4 px and one that ends in an answer, without any norm that would look at other
/// samples, the class by a projection (Miyato & Koyama 2018); "mlp": three linear layers, the class
/// as one more input each.
struct DiscriminatorImpl : torch::nn::Module {
  /// `spectral`: the convolutions are SpectralConv.
  DiscriminatorImpl(const GeneratorPlan& plan, bool spectral);

  /// {N, channels, H, W} in 0..1 and {N} classes; returns {N}, more for true ones. Of four channels
  /// it sees alpha, and colours as they are on mid-grey.
  torch::Tensor forward(const torch::Tensor& pictures, const torch::Tensor& classes);

 private:
  void add(torch::nn::AnyModule layer);
  torch::Tensor of_vector(const torch::Tensor& pictures, const torch::Tensor& classes);

  GeneratorPlan plan_;
  std::vector<torch::nn::AnyModule> layers_;
  torch::nn::Embedding classes_{nullptr};
};
TORCH_MODULE(Discriminator);

}  // namespace pastiche
