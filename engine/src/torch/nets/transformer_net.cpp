#include "nets/transformer_net.hpp"

#include <stdexcept>

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

StyledConvImpl::StyledConvImpl(int64_t in, int64_t out, int64_t side, int64_t stride, int64_t rows)
    : weight(register_parameter("weight", kernel(out, in, side))),
      bias(register_parameter("bias", torch::zeros({out}))),
      scale(register_parameter("scale", torch::ones({rows, out}))),
      shift(register_parameter("shift", torch::zeros({rows, out}))),
      stride_(stride) {}

torch::Tensor StyledConvImpl::forward(const torch::Tensor& x, const torch::Tensor& blend) {
  const torch::Tensor y = padded_conv(x, weight, bias, stride_);
  const int64_t channels = y.size(1);
  if (leaves_statistics) {
    const auto [variance, mean] = torch::var_mean(y.to(torch::kFloat32), {2, 3}, 0, true);
    mean_ = mean.to(y.dtype());
    inverse_deviation_ = torch::rsqrt(variance + 1e-5).to(y.dtype());
  }
  // One group a channel makes group norm instance norm, with the faster kernel.
  const torch::Tensor normed =
      mean_.defined() ? (y - mean_) * inverse_deviation_ : torch::group_norm(y, channels);
  const auto of_style = [&](const torch::Tensor& rows) {
    return torch::matmul(blend, rows).view({-1, channels, 1, 1}).to(normed.dtype());
  };
  return torch::addcmul(of_style(shift), normed, of_style(scale));
}

TransformerNetImpl::TransformerNetImpl(int64_t width, int64_t residuals, int64_t rows) {
  const auto add = [&](std::vector<StyledConv>& group, const std::string& name, int64_t in,
                       int64_t out, int64_t side, int64_t stride) {
    group.push_back(register_module(name, StyledConv(in, out, side, stride, rows)));
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

void TransformerNetImpl::keep_norms(const torch::Tensor& x, const torch::Tensor& blend) {
  const auto leave = [this](bool leaves) {
    for (auto* group : {&down_, &residual_, &up_})
      for (StyledConv& layer : *group) layer->leaves_statistics = leaves;
  };
  leave(true);
  forward(x, blend);
  leave(false);
}

int64_t TransformerNetImpl::rows() const { return down_[0]->scale.size(0); }
int64_t TransformerNetImpl::width() const { return down_[0]->weight.size(0); }
int64_t TransformerNetImpl::residuals() const { return int64_t(residual_.size()) / 2; }

std::map<std::string, torch::Tensor> TransformerNetImpl::norm_rows() const {
  std::map<std::string, torch::Tensor> rows;
  for (const auto& layer : named_children()) {
    rows[layer.key() + ".scale"] = layer.value()->named_parameters()["scale"];
    rows[layer.key() + ".shift"] = layer.value()->named_parameters()["shift"];
  }
  return rows;
}

void TransformerNetImpl::set_norm_rows(const std::map<std::string, torch::Tensor>& rows) {
  for (const auto& layer : named_children())
    for (const char* part : {"scale", "shift"})
      layer.value()->named_parameters()[part].set_data(rows.at(layer.key() + "." + part));
}

StyleRows rows_in(const TensorFile& file) {
  StyleRows rows;
  try {
    rows = style_rows(file.metadata());
  } catch (const std::invalid_argument& error) {
    throw Error(Error::Kind::NoModel, std::string("The file ") + error.what() + ".");
  }
  if (rows.styles.empty())
    throw Error(Error::Kind::NoModel, "The file's metadata names no styles.");
  return rows;
}

TransformerNet load_transformer(const TensorFile& file) {
  const auto& down1 = file.at("down1.weight").shape;
  const auto& scale = file.at("down1.scale").shape;
  const auto rows = int64_t(rows_in(file).count());
  const int64_t residuals = count_residuals(file);
  // Far beyond any of its kind: a stranger's file must not size our memory.
  if (down1.size() != 4 || down1[0] < 1 || down1[0] > 256 || residuals > 32 || scale.size() != 2 ||
      scale[0] != rows)
    throw Error(Error::Kind::NoModel,
                "The file holds no transformer network: the shape of down1.weight or down1.scale "
                "does not fit its " +
                    std::to_string(rows) + " rows (styles times strokes).");
  TransformerNet net(down1[0], residuals, rows);
  load_weights(*net, file);
  net->eval();
  for (torch::Tensor& weight : net->parameters()) weight.requires_grad_(false);
  return net;
}

void append_rows(TransformerNet& net, const TensorFile& style) {
  const auto more = int64_t(rows_in(style).count());
  auto rows = net->norm_rows();
  for (auto& [name, ours] : rows) {
    const torch::Tensor theirs = to_torch(style.at(name)).to(ours.dtype());
    if (theirs.sizes() != torch::IntArrayRef({more, ours.size(1)}) ||
        !theirs.isfinite().all().item<bool>())
      throw Error(Error::Kind::NoModel, "The style's tensor " + name + " has the shape " +
                                            c10::str(theirs.sizes()) + "; finite numbers of " +
                                            c10::str(torch::IntArrayRef({more, ours.size(1)})) +
                                            " fit the network.");
    ours = torch::cat({ours, theirs});
  }
  net->set_norm_rows(rows);
}

}  // namespace pastiche
