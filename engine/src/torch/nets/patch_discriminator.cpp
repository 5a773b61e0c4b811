#include "nets/patch_discriminator.hpp"

namespace pastiche {
namespace {

namespace F = torch::nn::functional;

constexpr double leak = 0.2;

torch::Tensor normalised(const torch::Tensor& x) { return x / x.norm().clamp_min(1e-12); }

}  // namespace

SpectralConvImpl::SpectralConvImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride)
    : weight(register_parameter(
          "weight", torch::nn::init::orthogonal_(torch::empty({out, in, kernel, kernel})))),
      bias(register_parameter("bias", torch::zeros({out}))),
      singular(register_buffer("singular", normalised(torch::randn({out})))),
      stride_(stride) {}

torch::Tensor SpectralConvImpl::forward(const torch::Tensor& x) {
  const torch::Tensor matrix = weight.flatten(1);
  torch::Tensor right;
  {
    torch::NoGradGuard no_grad;
    right = normalised(matrix.t().mv(singular));
    if (is_training()) {
      singular.copy_(normalised(matrix.mv(right)));
      right = normalised(matrix.t().mv(singular));
    }
  }
  const torch::Tensor largest = singular.clone().dot(matrix.mv(right));
  return torch::conv2d(x, weight / largest, bias, stride_, /*padding=*/1);
}

PatchDiscriminatorImpl::PatchDiscriminatorImpl(int64_t width, int64_t styles)
    : out_(register_module("out", SpectralConv(8 * width, 1, 4, 1))),
      styles_(register_module("styles", torch::nn::Embedding(styles, 8 * width))) {
  int64_t in = 3;
  for (const auto& [out, stride] :
       {std::pair<int64_t, int64_t>{width, 2}, {2 * width, 2}, {4 * width, 2}, {8 * width, 1}}) {
    const std::string name = "conv" + std::to_string(layers_.size() + 1);
    layers_.push_back(register_module(name, SpectralConv(in, out, 4, stride)));
    in = out;
  }
  torch::nn::init::zeros_(styles_->weight);
}

torch::Tensor PatchDiscriminatorImpl::forward(const torch::Tensor& x, const torch::Tensor& ids) {
  torch::Tensor y = 2 * x - 1;
  for (auto& layer : layers_)
    y = F::leaky_relu(layer(y), F::LeakyReLUFuncOptions().negative_slope(leak));
  const torch::Tensor direction = styles_(ids).unsqueeze(2).unsqueeze(3);
  const torch::Tensor genuine = (y * direction).sum(1, true);
  // The last convolution takes a row and a column away.
  return out_(y) + torch::avg_pool2d(genuine, 2, 1);
}

}  // namespace pastiche
