#pragma once

#include <torch/torch.h>

#include <memory>

#include "nets/discriminator.hpp"
#include "pastiche/tensor_file.hpp"
#include "store/generator_plan.hpp"

namespace pastiche {

/// Makes pictures of latents and classes.
struct Generator : torch::nn::Module {
  explicit Generator(GeneratorPlan plan) : plan(std::move(plan)) {}

  /// `latents` {N, plan.latent}, normally distributed; `classes` {N} int64, places in
  /// plan.classes, of no account without. Returns {N, channels, height, width} in 0..1.
  virtual torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor& classes) = 0;

  /// What a seed makes a picture of: {plan.latent}. With a judge, of plan.draws latents the one whose
  /// picture of that class it takes most for a true one (rejection by the discriminator: Azadi et al.
  /// 2019). On a processor the same everywhere. In eval mode.
  torch::Tensor latent_of(int seed, int64_t shown);

  /// Keeps the discriminator that it learnt against, as a module of its own.
  void be_judged_by(Discriminator discriminator);

  const GeneratorPlan plan;

 protected:
  /// What its parts share: latents with a one for the class, the activation, the range.
  torch::Tensor with_classes(const torch::Tensor& latents, const torch::Tensor& classes) const;
  torch::Tensor activated(const torch::Tensor& x) const;
  torch::Tensor in_range(const torch::Tensor& x) const;

 private:
  Discriminator judge_{nullptr};
};

using GeneratorPtr = std::shared_ptr<Generator>;

/// At random. "mlp": `hidden` + 1 linear layers (Goodfellow et al. 2014); "dcgan":
/// transposed convolutions with batch norm (Radford et al. 2016), the class as one more latent each
/// (Mirza & Osindero 2014).
GeneratorPtr make_generator(const GeneratorPlan& plan, int64_t hidden = 2);

/// Of a file of the architecture "generator", "vae" or "torchscript", in eval mode; without
/// its judge when not `judged`. Throws NoModel.
GeneratorPtr load_generator(const TensorFile& file, bool judged = true);

/// {N, 3, H, W} of what a generator makes of fewer or more channels: grey repeated, on white where it
/// is clear.
torch::Tensor as_rgb(const torch::Tensor& pictures);

/// `count` latents of the seeds `seed`, `seed` + 1, ...: {count, size}, the same on every machine.
torch::Tensor latents_of(std::uint64_t seed, int64_t count, int64_t size);

}  // namespace pastiche
