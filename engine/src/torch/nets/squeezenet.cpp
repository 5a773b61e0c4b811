#include "nets/squeezenet.hpp"

#include <algorithm>

#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace nn = torch::nn;

constexpr int64_t first_side = 7;  // of the first convolution

nn::Conv2d conv(int64_t in, int64_t out, int64_t side, int64_t stride = 1, int64_t padding = 0) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, side).stride(stride).padding(padding));
}

std::string fire_name(std::size_t i) { return "fire" + std::to_string(i + 2); }

torch::Tensor at_least_first_side(const torch::Tensor& x) {
  const int64_t right = std::max<int64_t>(0, first_side - x.size(3));
  const int64_t bottom = std::max<int64_t>(0, first_side - x.size(2));
  return right + bottom > 0 ? torch::replication_pad2d(x, {0, right, 0, bottom}) : x;
}

torch::Tensor pool(const torch::Tensor& x) {
  const std::vector<int64_t> window = {std::min<int64_t>(3, x.size(2)),
                                       std::min<int64_t>(3, x.size(3))};
  return torch::max_pool2d(x, window, /*stride=*/2, /*padding=*/0, /*dilation=*/1,
                           /*ceil_mode=*/true);
}

/// Output channels of one of the file's convolutions.
int64_t width_in(const TensorFile& file, const std::string& name) {
  const Tensor& weight = file.at(name + ".weight");
  if (weight.shape.size() != 4 || weight.shape[0] < 1)
    throw Error(Error::Kind::NoModel, name + ".weight is not the weight of a convolution.");
  return weight.shape[0];
}

}  // namespace

SqueezeNetImpl::SqueezeNetImpl(const SqueezeNetWidths& widths)
    : input_(register_module("input", conv(3, 3, 1))),
      conv1_(register_module("conv1", conv(3, widths.conv1, first_side, 2))),
      final_(nullptr) {
  int64_t in = widths.conv1;
  for (std::size_t i = 0; i < widths.fires.size(); ++i) {
    const auto& [squeeze, expand1, expand3] = widths.fires[i];
    const std::string name = fire_name(i);
    fires_.push_back({register_module(name + "_squeeze", conv(in, squeeze, 1)),
                      register_module(name + "_expand1", conv(squeeze, expand1, 1)),
                      register_module(name + "_expand3", conv(squeeze, expand3, 3, 1, 1))});
    in = expand1 + expand3;
  }
  final_ = register_module("conv_final", conv(in, widths.classes, 1, 1, 1));
}

Features SqueezeNetImpl::forward(const torch::Tensor& x, const std::set<std::string>& layers) {
  Features features;
  const auto keep = [&](const std::string& layer, const torch::Tensor& y) {
    if (layers.contains(layer)) features[layer] = y;
    return features.size() == layers.size();
  };
  torch::Tensor y = torch::relu(conv1_(input_(at_least_first_side(x))));
  if (keep("conv1", y)) return features;
  y = pool(y);
  for (std::size_t i = 0; i < fires_.size(); ++i) {
    Fire& fire = fires_[i];
    const torch::Tensor squeezed = torch::relu(fire.squeeze(y));
    y = torch::relu(torch::cat({fire.expand1(squeezed), fire.expand3(squeezed)}, 1));
    if (keep(fire_name(i), y)) return features;
    if (i == 2 || i == 6) y = pool(y);  // after fire4 and fire8
  }
  keep("logits", torch::relu(final_(y)).mean({2, 3}));
  return features;
}

SqueezeNet load_squeezenet(const TensorFile& file) {
  SqueezeNetWidths widths;
  widths.conv1 = width_in(file, "conv1");
  for (std::size_t i = 0; i < widths.fires.size(); ++i)
    widths.fires[i] = {width_in(file, fire_name(i) + "_squeeze"),
                       width_in(file, fire_name(i) + "_expand1"),
                       width_in(file, fire_name(i) + "_expand3")};
  widths.classes = width_in(file, "conv_final");
  SqueezeNet net(widths);
  load_weights(*net, file);
  net->eval();
  for (torch::Tensor& weight : net->parameters()) weight.requires_grad_(false);
  return net;
}

}  // namespace pastiche
