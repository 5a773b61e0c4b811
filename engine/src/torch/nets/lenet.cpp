#include "nets/lenet.hpp"

#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace nn = torch::nn;

constexpr int64_t input_side = 32, kernel = 5;

/// Outputs of one of the file's layers.
int64_t width_in(const TensorFile& file, const std::string& name) {
  const Tensor& weight = file.at(name + ".weight");
  if (weight.shape.empty() || weight.shape[0] < 1)
    throw Error(Error::Kind::NoModel, name + ".weight is not the weight of a layer.");
  return weight.shape[0];
}

}  // namespace

LeNetImpl::LeNetImpl(const Widths& widths)
    : convs_({register_module("conv1", nn::Conv2d(1, widths.convs[0], kernel)),
              register_module("conv2", nn::Conv2d(widths.convs[0], widths.convs[1], kernel)),
              register_module("conv3", nn::Conv2d(widths.convs[1], widths.convs[2], kernel))}),
      fc1_(register_module("fc1", nn::Linear(widths.convs[2], widths.features))),
      fc2_(register_module("fc2", nn::Linear(widths.features, widths.classes))) {}

LeNetImpl::Output LeNetImpl::forward(const torch::Tensor& x) {
  torch::Tensor y =
      torch::_upsample_bilinear2d_aa(x.mean(1, /*keepdim=*/true), {input_side, input_side}, false);
  y = torch::max_pool2d(torch::relu(convs_[0](y)), 2);
  y = torch::max_pool2d(torch::relu(convs_[1](y)), 2);
  y = torch::relu(convs_[2](y)).flatten(1);
  const torch::Tensor features = torch::relu(fc1_(y));
  return {features, fc2_(features)};
}

LeNet load_lenet(const TensorFile& file) {
  LeNet net(
      LeNetImpl::Widths{{width_in(file, "conv1"), width_in(file, "conv2"), width_in(file, "conv3")},
                        width_in(file, "fc1"),
                        width_in(file, "fc2")});
  load_weights(*net, file);
  net->eval();
  for (torch::Tensor& weight : net->parameters()) weight.requires_grad_(false);
  return net;
}

}  // namespace pastiche
