#include "nets/encoder.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace nn = torch::nn;
namespace F = torch::nn::functional;

// Far beyond any VGG: a stranger's file must not size our memory.
constexpr std::size_t max_depth = 16;
constexpr int64_t max_width = 4096;

constexpr std::array padding_names = {"zero", "reflect", "replicate", "circular"};
constexpr std::array pooling_names = {"max", "average", "l2"};

std::string layer_name(const char* kind, std::size_t block, std::size_t k) {
  return kind + std::to_string(block + 1) + "_" + std::to_string(k + 1);
}

torch::Tensor pool(const torch::Tensor& x, Pooling pooling) {
  const std::vector<int64_t> window = {std::min<int64_t>(2, x.size(2)),
                                       std::min<int64_t>(2, x.size(3))};
  if (pooling == Pooling::Max) return torch::max_pool2d(x, window);
  if (pooling == Pooling::Average) return torch::avg_pool2d(x, window);
  return torch::avg_pool2d(x.square(), window).clamp_min(1e-12).sqrt();
}

template <std::size_t N>
std::size_t index_of(const std::array<const char*, N>& names, const TensorFile& file,
                     const char* key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) return 0;
  const auto name = std::find(names.begin(), names.end(), found->second);
  if (name == names.end())
    throw Error(Error::Kind::NoModel, "The network's " + std::string(key) + " is \"" +
                                          found->second + "\", which is unknown here.");
  return name - names.begin();
}

}  // namespace

torch::Tensor pad(const torch::Tensor& x, int64_t n, Padding padding) {
  const std::vector<int64_t> sides = {n, n, n, n};
  const bool short_side = std::min(x.size(2), x.size(3)) <= n;
  if (padding == Padding::Zero) return F::pad(x, F::PadFuncOptions(sides));
  if (padding == Padding::Circular && std::min(x.size(2), x.size(3)) >= n)
    return F::pad(x, F::PadFuncOptions(sides).mode(torch::kCircular));
  if (padding == Padding::Reflect && !short_side)
    return F::pad(x, F::PadFuncOptions(sides).mode(torch::kReflect));
  return F::pad(x, F::PadFuncOptions(sides).mode(torch::kReplicate));
}

Padding padding_in(const TensorFile& file) {
  return Padding(index_of(padding_names, file, "padding"));
}

const char* name_of(Padding padding) { return padding_names[std::size_t(padding)]; }
const char* name_of(Pooling pooling) { return pooling_names[std::size_t(pooling)]; }

EncoderImpl::EncoderImpl(const Widths& widths)
    : input_(register_module("input", nn::Conv2d(nn::Conv2dOptions(3, 3, 1)))) {
  {
    torch::NoGradGuard no_grad;
    input_->weight.copy_(torch::eye(3).view({3, 3, 1, 1}));
    input_->bias.zero_();
  }
  int64_t in = 3;
  for (std::size_t b = 0; b < widths.size(); ++b) {
    blocks_.emplace_back();
    for (std::size_t k = 0; k < widths[b].size(); ++k) {
      const int64_t out = widths[b][k];
      blocks_[b].push_back(
          register_module(layer_name("conv", b, k), nn::Conv2d(nn::Conv2dOptions(in, out, 3))));
      layers_.push_back(layer_name("relu", b, k));
      in = out;
    }
  }
}

bool EncoderImpl::has(const std::string& layer) const {
  return std::find(layers_.begin(), layers_.end(), layer) != layers_.end();
}

Features EncoderImpl::forward(const torch::Tensor& x, const std::set<std::string>& layers) {
  for (const std::string& layer : layers)
    if (!has(layer))
      throw Error(Error::Kind::BadSetting, "The encoder has no layer \"" + layer +
                                               "\"; its layers go from " + layers_.front() +
                                               " to " + layers_.back() + ".");
  Features features;
  torch::Tensor y = input_(x);
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    if (b > 0) y = pool(y, pooling);
    for (std::size_t k = 0; k < blocks_[b].size(); ++k) {
      if (features.size() == layers.size()) return features;
      auto& conv = blocks_[b][k];
      y = padding == Padding::Zero ? torch::conv2d(y, conv->weight, conv->bias, 1, 1)
                                   : conv->forward(pad(y, 1, padding));
      y = torch::relu(y);
      const std::string layer = layer_name("relu", b, k);
      if (layers.contains(layer)) features[layer] = y;
    }
  }
  return features;
}

void EncoderImpl::normalise(const torch::Tensor& batch) {
  torch::NoGradGuard no_grad;
  const Features features = forward(batch, {layers_.begin(), layers_.end()});
  torch::Tensor before = torch::ones({3}, batch.options());
  for (std::size_t b = 0; b < blocks_.size(); ++b)
    for (std::size_t k = 0; k < blocks_[b].size(); ++k) {
      const torch::Tensor mean = features.at(layer_name("relu", b, k)).mean({0, 2, 3});
      const torch::Tensor scale = 1 / mean.maximum(0.1 * mean.mean() + 1e-12);
      auto& conv = blocks_[b][k];
      conv->weight.mul_(scale.view({-1, 1, 1, 1}) / before.view({1, -1, 1, 1}));
      conv->bias.mul_(scale);
      before = scale;
    }
}

Widths widths_in(const TensorFile& file, const std::string& prefix) {
  Widths widths;
  for (std::size_t block = 0;; ++block) {
    std::vector<int64_t> row;
    while (true) {
      const auto found =
          file.tensors().find(prefix + layer_name("conv", block, row.size()) + ".weight");
      if (found == file.tensors().end()) break;
      const auto& shape = found->second.shape;
      if (shape.size() != 4 || shape[0] < 1 || shape[0] > max_width || row.size() == max_depth)
        throw Error(Error::Kind::NoModel, found->first + " is not the weight of a convolution.");
      row.push_back(shape[0]);
    }
    if (row.empty() || block == max_depth) break;
    widths.push_back(row);
  }
  if (widths.empty())
    throw Error(Error::Kind::NoModel,
                "The file holds no encoder: it has no " + prefix + "conv1_1.weight.");
  return widths;
}

void set_borders(Encoder& encoder, const TensorFile& file) {
  encoder->padding = padding_in(file);
  encoder->pooling = Pooling(index_of(pooling_names, file, "pooling"));
}

Encoder load_encoder(const TensorFile& file) {
  Encoder encoder(widths_in(file));
  load_weights(*encoder, file);
  set_borders(encoder, file);
  encoder->eval();
  for (torch::Tensor& weight : encoder->parameters()) weight.requires_grad_(false);
  return encoder;
}

}  // namespace pastiche
