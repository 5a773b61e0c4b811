#include "nets/discriminator.hpp"

#include "nets/patch_discriminator.hpp"

namespace pastiche {
namespace {

constexpr double leak = 0.2;

torch::nn::AnyModule conv(bool spectral, int64_t in, int64_t out, int64_t stride) {
  if (spectral) return torch::nn::AnyModule(SpectralConv(in, out, 4, stride));
  return torch::nn::AnyModule(
      torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 4).stride(stride).padding(1)));
}

/// In -1..1; a colour that alpha hides is 0, so that it teaches nothing.
torch::Tensor visible(const torch::Tensor& pictures) {
  const torch::Tensor x = 2 * pictures - 1;
  if (pictures.size(1) < 4) return x;
  return torch::cat({x.narrow(1, 0, 3) * pictures.narrow(1, 3, 1), x.narrow(1, 3, 1)}, 1);
}

}  // namespace

DiscriminatorImpl::DiscriminatorImpl(const GeneratorPlan& plan, bool spectral) : plan_(plan) {
  const auto classes = int64_t(plan.classes.size());
  if (plan.network == "mlp") {
    const int64_t pixels = plan.channels * plan.height * plan.width;
    add(torch::nn::AnyModule(torch::nn::Linear(pixels + classes, plan.features)));
    add(torch::nn::AnyModule(torch::nn::Linear(plan.features, plan.features)));
    add(torch::nn::AnyModule(torch::nn::Linear(plan.features, 1)));
    return;
  }
  int64_t in = plan.channels, out = plan.features;
  for (int64_t side = plan.height; side > 4; side /= 2, out *= 2) {
    add(conv(spectral, in, out, 2));
    in = out;
  }
  add(conv(spectral, in, 1, 1));
  if (classes == 0) return;
  classes_ = register_module("classes", torch::nn::Embedding(classes, in));
  torch::nn::init::zeros_(classes_->weight);
}

void DiscriminatorImpl::add(torch::nn::AnyModule layer) {
  register_module("layer" + std::to_string(layers_.size() + 1), layer.ptr());
  layers_.push_back(std::move(layer));
}

torch::Tensor DiscriminatorImpl::forward(const torch::Tensor& pictures,
                                         const torch::Tensor& classes) {
  if (plan_.network == "mlp") return of_vector(pictures, classes);
  torch::Tensor x = visible(pictures);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i)
    x = torch::leaky_relu(layers_[i].forward(x), leak);
  const torch::Tensor answer = layers_.back().forward(x).mean({1, 2, 3});
  if (classes_.is_empty()) return answer;
  return answer + (x.mean({2, 3}) * classes_(classes)).sum(1);
}

torch::Tensor DiscriminatorImpl::of_vector(const torch::Tensor& pictures,
                                           const torch::Tensor& classes) {
  torch::Tensor x = visible(pictures).flatten(1);
  if (!plan_.classes.empty())
    x = torch::cat({x, torch::one_hot(classes, int64_t(plan_.classes.size())).to(x.dtype())}, 1);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i)
    x = torch::leaky_relu(layers_[i].forward(x), leak);
  return layers_.back().forward(x).squeeze(1);
}

}  // namespace pastiche
