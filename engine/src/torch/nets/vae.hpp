#pragma once

#include "nets/generator.hpp"

namespace pastiche {

/// What a picture's code may be: independent normal distributions, {N, latent} each.
struct Code {
  torch::Tensor mean, log_variance;
};

/// The encoder of a VAE whose decoder is a generator of the same plan: its mirror image.
struct VaeEncoderImpl : torch::nn::Module {
  /// A "dcgan": 4x4 convolutions "conv1", ... of stride 2 down to 4 px; an "mlp": `hidden` linear
  /// layers "fc1", ...; then "mean" and "log_variance".
  explicit VaeEncoderImpl(const GeneratorPlan& plan, int64_t hidden = 2);

  /// {N, channels, height, width} in 0..1.
  Code forward(const torch::Tensor& pictures);

 private:
  GeneratorPlan plan_;
  std::vector<torch::nn::AnyModule> layers_;
  torch::nn::Linear mean_{nullptr}, log_variance_{nullptr};
};
TORCH_MODULE(VaeEncoder);

/// Both halves, under the names of a file of the architecture "vae".
struct VaeImpl : torch::nn::Module {
  VaeImpl(const GeneratorPlan& plan, int64_t hidden = 2);

  GeneratorPtr generator;
  VaeEncoder encoder;
};
TORCH_MODULE(Vae);

/// The encoder of a file of the architecture "vae". Throws NoModel.
VaeEncoder load_vae_encoder(const TensorFile& file);

/// {N, 3 or 4, H, W} brought to a generator's channels: grey is the mean, alpha that was not there
/// is one.
torch::Tensor for_plan(const torch::Tensor& pictures, const GeneratorPlan& plan);

}  // namespace pastiche
