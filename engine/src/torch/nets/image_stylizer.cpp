#include "nets/image_stylizer.hpp"

#include <algorithm>

#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace nn = torch::nn;

constexpr std::size_t deepest = 4;
constexpr int64_t widest = 4096;  // channels

std::string name_of(const char* kind, std::size_t block, std::size_t layer) {
  return kind + std::to_string(block) + "_" + std::to_string(layer);
}

std::string first_layer(std::size_t block) { return name_of("relu", block, 1); }

torch::Tensor kernel(int64_t out, int64_t in) {
  return nn::init::kaiming_normal_(torch::empty({out, in, 3, 3}), 0, torch::kFanIn, torch::kReLU);
}

torch::Tensor padded_conv(const torch::Tensor& x, const torch::Tensor& weight,
                          const torch::Tensor& bias = {}) {
  return torch::conv2d(pad(x, 1, Padding::Reflect), weight, bias);
}

/// {N, C, H, W} with mean 0 and variance 1 in each channel, as far as the places count.
torch::Tensor normed(const torch::Tensor& x, const torch::Tensor& weights) {
  // One group a channel makes group norm instance norm, with the faster kernel.
  if (!weights.defined()) return torch::group_norm(x, x.size(1));
  const torch::Tensor share = (weights / weights.sum()).to(torch::kFloat32);
  const torch::Tensor centred =
      x.to(torch::kFloat32) - (x * share).sum({2, 3}, true, torch::kFloat32);
  const torch::Tensor variance = (centred.square() * share).sum({2, 3}, true);
  return (centred * (variance + 1e-5).rsqrt()).to(x.scalar_type());
}

/// The widths up to relu4_1. Throws NoModel for a shallower encoder.
Widths cut(Widths widths) {
  if (widths.size() < deepest)
    throw Error(Error::Kind::NoModel, "The encoder ends before relu4_1, which is needed.");
  widths.resize(deepest);
  widths.back().resize(1);
  return widths;
}

void freeze(nn::Module& module) {
  module.eval();
  for (torch::Tensor& weight : module.parameters()) weight.requires_grad_(false);
}

}  // namespace

const std::set<std::string> stylized_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1"};

PredictedNormConvImpl::PredictedNormConvImpl(int64_t in, int64_t out, int64_t statistics)
    : weight(register_parameter("weight", kernel(out, in))),
      norm_weight(register_parameter("norm_weight", torch::randn({2 * out, statistics}) * 0.01)),
      norm_bias(
          register_parameter("norm_bias", torch::cat({torch::ones({out}), torch::zeros({out})}))) {}

torch::Tensor PredictedNormConvImpl::forward(const torch::Tensor& x,
                                             const torch::Tensor& statistics,
                                             const torch::Tensor& weights) {
  const torch::Tensor y = normed(padded_conv(x, weight), weights);
  const int64_t channels = y.size(1);
  const auto affine = torch::linear(statistics.to(x.dtype()), norm_weight, norm_bias)
                          .to(y.dtype())
                          .view({-1, 2 * channels, 1, 1})
                          .chunk(2, 1);
  const torch::Tensor z = torch::relu(torch::addcmul(affine[1], y, affine[0]));
  return channels == x.size(1) ? x + z : z;
}

StyleDecoderImpl::StyleDecoderImpl(const Widths& widths, int64_t narrowest, int64_t residuals) {
  TORCH_CHECK(widths.size() == deepest && widths.back().size() == 1, "an encoder up to relu4_1");
  const auto wide = [&](int64_t width) { return std::max(width, narrowest); };
  for (std::size_t b = 0; b < deepest; ++b) {
    const auto& row = widths[b];
    blocks_.emplace_back();
    for (int64_t i = 1; b + 2 == deepest && i <= residuals; ++i)
      blocks_[b].push_back(
          register_module("res" + std::to_string(i),
                          PredictedNormConv(wide(row.back()), wide(row.back()), 2 * row[0])));
    for (std::size_t k = row.size(); k-- > 0;) {
      if (b == 0 && k == 0) break;
      const int64_t in = b + 1 == deepest ? row[k] : wide(row[k]);
      const int64_t out = wide(k > 0 ? row[k - 1] : widths[b - 1].back());
      blocks_[b].push_back(
          register_module(name_of("conv", b + 1, k + 1), PredictedNormConv(in, out, 2 * row[0])));
    }
    if (b + 1 < deepest)
      skips_.push_back(register_module("skip" + std::to_string(b + 1),
                                       nn::Conv2d(nn::Conv2dOptions(row[0], wide(row.back()), 1))));
  }
  // Begins as grey with a little of everything.
  out_weight_ = register_parameter("out_weight", kernel(3, wide(widths[0][0])) * 0.1);
  out_bias_ = register_parameter("out_bias", torch::full({3}, 0.5));
}

torch::Tensor StyleDecoderImpl::forward(const Features& features, const Statistics& statistics,
                                        const torch::Tensor& weights) {
  torch::Tensor x = features.at(first_layer(deepest));
  for (std::size_t block = deepest; block > 0; --block) {
    if (block < deepest) {
      const torch::Tensor& skip = features.at(first_layer(block));
      // Of nearest neighbours the sums x + z would keep the squares to the end.
      x = torch::upsample_bilinear2d(x, {skip.size(2), skip.size(3)}, false) +
          skips_[block - 1](skip);
    }
    const torch::Tensor counts =
        weights.defined() ? torch::adaptive_avg_pool2d(weights, {x.size(2), x.size(3)}) : weights;
    for (auto& conv : blocks_[block - 1]) x = conv(x, statistics.at(first_layer(block)), counts);
  }
  return padded_conv(x, out_weight_, out_bias_);
}

ImageStylizerImpl::ImageStylizerImpl(const Widths& widths, int64_t narrowest, int64_t residuals)
    : encoder(register_module("encoder", Encoder(widths))),
      decoder(register_module("decoder", StyleDecoder(widths, narrowest, residuals))) {}

ImageStylizer stylizer_around(const TensorFile& file, int64_t narrowest, int64_t residuals) {
  ImageStylizer stylizer(cut(widths_in(file)), narrowest, residuals);
  load_weights(*stylizer->encoder, file);
  set_borders(stylizer->encoder, file);
  freeze(*stylizer->encoder);
  return stylizer;
}

ImageStylizer load_stylizer(const TensorFile& file) {
  const auto& end = file.at("decoder.out_weight").shape;
  if (end.size() != 4 || end[1] < 1 || end[1] > widest)
    throw Error(Error::Kind::NoModel, "The model's decoder.out_weight is of no picture.");
  int64_t residuals = 0;
  while (file.tensors().contains("decoder.res" + std::to_string(residuals + 1) + ".weight"))
    ++residuals;
  ImageStylizer stylizer(cut(widths_in(file, "encoder.")), end[1], residuals);
  load_weights(*stylizer, file);
  set_borders(stylizer->encoder, file);
  freeze(*stylizer);
  return stylizer;
}

}  // namespace pastiche
