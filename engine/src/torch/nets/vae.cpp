#include "nets/vae.hpp"

#include "weights.hpp"

namespace pastiche {
namespace {

torch::nn::Conv2d halving(int64_t in, int64_t out) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 4).stride(2).padding(1));
}

}  // namespace

VaeEncoderImpl::VaeEncoderImpl(const GeneratorPlan& plan, int64_t hidden) : plan_(plan) {
  int64_t outputs = plan.channels * plan.height * plan.width;
  const auto add = [this](const std::string& name, auto layer) {
    layers_.emplace_back(register_module(name + std::to_string(layers_.size() + 1), layer));
  };
  if (plan.network == "mlp") {
    for (int64_t i = 0; i < hidden; ++i) {
      add("fc", torch::nn::Linear(outputs, plan.features));
      outputs = plan.features;
    }
  } else {
    int64_t in = plan.channels, out = plan.features;
    for (int64_t side = plan.height; side > 4; side /= 2, out *= 2) {
      add("conv", halving(in, out));
      in = out;
    }
    outputs = in * 4 * 4;
  }
  mean_ = register_module("mean", torch::nn::Linear(outputs, plan.latent));
  log_variance_ = register_module("log_variance", torch::nn::Linear(outputs, plan.latent));
}

Code VaeEncoderImpl::forward(const torch::Tensor& pictures) {
  torch::Tensor x = plan_.network == "mlp" ? pictures.flatten(1) : pictures;
  for (auto& layer : layers_) {
    x = layer.forward(x);
    x = plan_.activation == "leaky" ? torch::leaky_relu(x, 0.2) : torch::relu(x);
  }
  x = x.flatten(1);
  return {mean_(x), log_variance_(x)};
}

VaeImpl::VaeImpl(const GeneratorPlan& plan, int64_t hidden)
    : generator(register_module("generator", make_generator(plan, hidden))),
      encoder(register_module("encoder", VaeEncoder(plan, hidden))) {}

VaeEncoder load_vae_encoder(const TensorFile& file) {
  int64_t hidden = 0;
  while (file.tensors().contains("encoder.fc" + std::to_string(hidden + 1) + ".weight")) ++hidden;
  VaeEncoder encoder(plan_in(file.metadata()), hidden);
  load_weights(*encoder, file, "encoder.");
  encoder->eval();
  return encoder;
}

torch::Tensor for_plan(const torch::Tensor& pictures, const GeneratorPlan& plan) {
  if (plan.channels == pictures.size(1)) return pictures;
  if (plan.channels == 1) return pictures.mean(1, true);
  return torch::cat({pictures, torch::ones_like(pictures.narrow(1, 0, 1))}, 1);
}

}  // namespace pastiche
