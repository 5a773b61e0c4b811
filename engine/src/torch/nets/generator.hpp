#pragma once

#include <torch/torch.h>

#include <memory>

#include "pastiche/tensor_file.hpp"
#include "store/generator_plan.hpp"

namespace pastiche {

/// Makes pictures of latents and classes.
struct Generator : torch::nn::Module {
  explicit Generator(GeneratorPlan plan) : plan(std::move(plan)) {}

  /// `latents` {N, plan.latent}, normally distributed; `classes` {N} int64, places in
  /// plan.classes, of no account without. Returns {N, channels, height, width} in 0..1.
  virtual torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor& classes) = 0;

  const GeneratorPlan plan;

 protected:
  /// What its parts share: latents with a one for the class, the activation, the range.
  torch::Tensor with_classes(const torch::Tensor& latents, const torch::Tensor& classes) const;
  torch::Tensor activated(const torch::Tensor& x) const;
  torch::Tensor in_range(const torch::Tensor& x) const;
};

using GeneratorPtr = std::shared_ptr<Generator>;

/// At random. "mlp": `hidden` + 1 linear layers (Goodfellow et al. 2014); "dcgan":
/// transposed convolutions with batch norm (Radford et al. 2016), the class as one more latent each
/// (Mirza & Osindero 2014).
GeneratorPtr make_generator(const GeneratorPlan& plan, int64_t hidden = 2);

/// Of a file of the architecture "generator", "vae" or "torchscript", in eval mode. Throws NoModel.
GeneratorPtr load_generator(const TensorFile& file);

/// {N, 3, H, W} of what a generator makes of fewer or more channels: grey repeated, alpha left out.
torch::Tensor as_rgb(const torch::Tensor& pictures);

/// `count` latents of the seeds `seed`, `seed` + 1, ...: {count, size}, the same on every machine.
torch::Tensor latents_of(int seed, int64_t count, int64_t size);

}  // namespace pastiche
