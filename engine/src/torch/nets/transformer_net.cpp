#include "nets/transformer_net.hpp"

#include <nlohmann/json.hpp>

#include "nets/encoder.hpp"
#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

torch::Tensor padded_conv(const torch::Tensor& x, const torch::Tensor& weight,
                          const torch::Tensor& bias, int64_t stride) {
  // Reflection, not zeros: zeros would show as a dark frame around the picture.
  return torch::conv2d(pad(x, weight.size(2) / 2, Padding::Reflect), weight, bias, stride);
}

torch::Tensor upsample(const torch::Tensor& x) {
  return torch::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2});
}

/// He's initialisation; the biases start at zero.
torch::Tensor kernel(int64_t out, int64_t in, int64_t side) {
  return torch::nn::init::kaiming_normal_(torch::empty({out, in, side, side}), 0, torch::kFanIn,
                                          torch::kReLU);
}

int64_t count_residuals(const TensorFile& file) {
  int64_t n = 0;
  while (file.tensors().contains("res" + std::to_string(n + 1) + "_a.weight")) ++n;
  return n;
}

}  // namespace

StyledConvImpl::StyledConvImpl(int64_t in, int64_t out, int64_t side, int64_t stride,
                               int64_t styles)
    : weight(register_parameter("weight", kernel(out, in, side))),
      bias(register_parameter("bias", torch::zeros({out}))),
      scale(register_parameter("scale", torch::ones({styles, out}))),
      shift(register_parameter("shift", torch::zeros({styles, out}))),
      stride_(stride) {}

torch::Tensor StyledConvImpl::forward(const torch::Tensor& x, const torch::Tensor& blend) {
  const torch::Tensor y = padded_conv(x, weight, bias, stride_);
  const int64_t channels = y.size(1);
  // One group a channel makes group norm instance norm, with the faster kernel.
  const torch::Tensor normed = torch::group_norm(y, channels);
  const auto of_style = [&](const torch::Tensor& rows) {
    return torch::matmul(blend, rows).view({-1, channels, 1, 1}).to(normed.dtype());
  };
  return torch::addcmul(of_style(shift), normed, of_style(scale));
}

TransformerNetImpl::TransformerNetImpl(int64_t width, int64_t residuals, int64_t styles) {
  const auto add = [&](std::vector<StyledConv>& group, const std::string& name, int64_t in,
                       int64_t out, int64_t side, int64_t stride) {
    group.push_back(register_module(name, StyledConv(in, out, side, stride, styles)));
  };
  add(down_, "down1", 3, width, 9, 1);
  add(down_, "down2", width, 2 * width, 3, 2);
  add(down_, "down3", 2 * width, 4 * width, 3, 2);
  for (int64_t i = 1; i <= residuals; ++i)
    for (const char* half : {"_a", "_b"})
      add(residual_, "res" + std::to_string(i) + half, 4 * width, 4 * width, 3, 1);
  add(up_, "up1", 4 * width, 2 * width, 3, 1);
  add(up_, "up2", 2 * width, width, 3, 1);
  out_weight_ = register_parameter("out_weight", kernel(3, width, 9));
  out_bias_ = register_parameter("out_bias", torch::full({3}, 127.5));
}

torch::Tensor TransformerNetImpl::forward(const torch::Tensor& x, const torch::Tensor& blend) {
  torch::Tensor y = x;
  for (auto& layer : down_) y = torch::relu(layer(y, blend));
  for (std::size_t i = 0; i < residual_.size(); i += 2)
    y = y + residual_[i + 1](torch::relu(residual_[i](y, blend)), blend);
  for (auto& layer : up_) y = torch::relu(layer(upsample(y), blend));
  return padded_conv(y, out_weight_, out_bias_, 1) / 255;
}

std::vector<std::string> styles_in(const TensorFile& file) {
  const auto found = file.metadata().find("styles");
  const auto names = nlohmann::json::parse(found == file.metadata().end() ? "null" : found->second,
                                           nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> styles;
  if (names.is_array())
    for (const auto& name : names)
      if (name.is_string()) styles.push_back(name);
  if (styles.empty() || styles.size() != names.size())
    throw Error(Error::Kind::NoModel, "The file's metadata names no styles.");
  return styles;
}

TransformerNet load_transformer(const TensorFile& file) {
  const auto& down1 = file.at("down1.weight").shape;
  const auto& scale = file.at("down1.scale").shape;
  const auto styles = int64_t(styles_in(file).size());
  const int64_t residuals = count_residuals(file);
  // Far beyond any of its kind: a stranger's file must not size our memory.
  if (down1.size() != 4 || down1[0] < 1 || down1[0] > 256 || residuals > 32 || scale.size() != 2 ||
      scale[0] != styles)
    throw Error(Error::Kind::NoModel,
                "The file holds no transformer network: the shape of down1.weight or down1.scale "
                "does not fit its " +
                    std::to_string(styles) + " styles.");
  TransformerNet net(down1[0], residuals, styles);
  load_weights(*net, file);
  net->eval();
  for (torch::Tensor& weight : net->parameters()) weight.requires_grad_(false);
  return net;
}

}  // namespace pastiche
