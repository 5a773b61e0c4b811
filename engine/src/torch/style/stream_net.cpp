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

std::function<void(int, float*)> reader_of(const torch::Tensor& from) {
  TORCH_CHECK(from.size(1) == 3, "expected {1, 3, H, W}");
  return [in = from.data_ptr<float>(), steps = from.strides().vec(), width = int(from.size(3))](
             int row, float* rgb) {
    const float* pixel = in + row * steps[2];
    for (int x = 0; x < width; ++x, pixel += steps[3])
      for (int c = 0; c < 3; ++c) *rgb++ = std::clamp(pixel[c * steps[1]], 0.0f, 1.0f);
  };
}

std::function<void(int, const float* const[3])> writer_to(const torch::Tensor& to,
                                                          std::atomic<bool>& broken) {
  TORCH_CHECK(to.size(1) == 3, "expected {1, 3, H, W}");
  return [out = to.data_ptr<float>(), steps = to.strides().vec(), width = int(to.size(3)), &broken](
             int row, const float* const rgb[3]) {
    for (int c = 0; c < 3; ++c) {
      float* pixel = out + row * steps[2] + c * steps[1];
      for (int x = 0; x < width; ++x, pixel += steps[3]) {
        if (!std::isfinite(rgb[c][x])) broken = true;
        *pixel = std::clamp(rgb[c][x], 0.0f, 1.0f);
      }
    }
  };
}

stream::Canvas canvas_between(const torch::Tensor& from, const torch::Tensor& to,
                              std::atomic<bool>& broken) {
  TORCH_CHECK(from.sizes() == to.sizes(), "expected two of one size");
  return {.width = int(from.size(3)),
          .height = int(from.size(2)),
          .read = reader_of(from),
          .write = writer_to(to, broken)};
}

}  // namespace pastiche
