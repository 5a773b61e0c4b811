#include "nets/dcgan_generator.hpp"

namespace pastiche {
namespace {

torch::nn::ConvTranspose2d conv(int64_t in, int64_t out, int64_t stride) {
  return torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(in, out, 4)
                                        .stride(stride)
                                        .padding(stride == 1 ? 0 : 1)
                                        .bias(false));
}

}  // namespace

DcganGenerator::DcganGenerator(const GeneratorPlan& plan) : Generator(plan) {
  TORCH_CHECK(plan.height == plan.width && plan.height >= 8 && !(plan.height & (plan.height - 1)),
              "a dcgan's side must be a power of two, at least 8");
  int64_t in = plan.latent + int64_t(plan.classes.size());
  for (int64_t side = 4; side <= plan.height; side *= 2) {
    const bool last = side == plan.height;
    const int64_t out = last ? plan.channels : plan.features * (plan.height / 2 / side);
    const std::string number = std::to_string(convs_.size() + 1);
    convs_.push_back(register_module("conv" + number, conv(in, out, side == 4 ? 1 : 2)));
    if (!last) norms_.push_back(register_module("norm" + number, torch::nn::BatchNorm2d(out)));
    in = out;
  }
  torch::NoGradGuard no_grad;
  for (auto& layer : convs_) layer->weight.normal_(0, 0.02);
}

torch::Tensor DcganGenerator::forward(const torch::Tensor& latents, const torch::Tensor& classes) {
  torch::Tensor x = with_classes(latents, classes).unsqueeze(2).unsqueeze(3);
  for (std::size_t i = 0; i < norms_.size(); ++i) x = activated(norms_[i](convs_[i](x)));
  return in_range(convs_.back()(x));
}

}  // namespace pastiche
