#include "style/stream_net.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche {
namespace {

std::vector<float> numbers(const torch::Tensor& x) {
  const torch::Tensor flat = x.to(torch::kCPU, torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

stream::ConvWeights shaped(const torch::Tensor& weight) {
  stream::ConvWeights conv;
  conv.in = int(weight.size(1));
  conv.out = int(weight.size(0));
  conv.side = int(weight.size(2));
  conv.weight = numbers(weight);
  return conv;
}

}  // namespace

stream::Network network_of(TransformerNet& net, const torch::Tensor& blend) {
  stream::Network network;
  for (const auto& layer : net->children()) {
    const auto& conv = *layer->as<StyledConvImpl>();
    // No bias: the instance norm takes it away again.
    network.push_back(shaped(conv.weight));
    network.back().scale = numbers(torch::matmul(blend, conv.scale));
    network.back().shift = numbers(torch::matmul(blend, conv.shift));
  }
  const auto own = net->named_parameters(/*recurse=*/false);
  network.push_back(shaped(own["out_weight"]));
  network.back().bias = numbers(own["out_bias"]);
  return network;
}

stream::Canvas canvas_between(const torch::Tensor& from, const torch::Tensor& to,
                              std::atomic<bool>& broken) {
  TORCH_CHECK(from.sizes() == to.sizes() && from.size(1) == 3, "expected two of {1, 3, H, W}");
  const auto width = int(from.size(3));
  const auto read = [in = from.data_ptr<float>(), steps = from.strides().vec(), width](int row,
                                                                                       float* rgb) {
    const float* pixel = in + row * steps[2];
    for (int x = 0; x < width; ++x, pixel += steps[3])
      for (int c = 0; c < 3; ++c) *rgb++ = std::clamp(pixel[c * steps[1]], 0.0f, 1.0f);
  };
  const auto write = [out = to.data_ptr<float>(), steps = to.strides().vec(), width, &broken](
                         int row, const float* const rgb[3]) {
    for (int c = 0; c < 3; ++c) {
      float* pixel = out + row * steps[2] + c * steps[1];
      for (int x = 0; x < width; ++x, pixel += steps[3]) {
        if (!std::isfinite(rgb[c][x])) broken = true;
        *pixel = std::clamp(rgb[c][x], 0.0f, 1.0f);
      }
    }
  };
  return {.width = width, .height = int(from.size(2)), .read = read, .write = write};
}

}  // namespace pastiche
