#pragma once

#include <torch/torch.h>

#include "nets/transformer_net.hpp"

namespace pastiche {

/// A transformer network whose norms do something and whose output has contrast.
inline TransformerNet random_net(int64_t width, int64_t residuals, int64_t rows) {
  torch::manual_seed(1);
  TransformerNet net(width, residuals, rows);
  for (auto& item : net->named_parameters()) {
    item.value().requires_grad_(false);
    if (item.key().ends_with("scale")) item.value().uniform_(0.5, 1.5);
    if (item.key().ends_with("shift")) item.value().uniform_(-0.5, 0.5);
    if (item.key() == "out_weight") item.value() *= 40;
  }
  return net;
}

/// Blobs of colour with some noise {1, 3, H, W}.
inline torch::Tensor picture(int64_t height, int64_t width) {
  const torch::Tensor blobs = torch::rand({1, 3, height / 8 + 2, width / 8 + 2});
  return torch::upsample_bilinear2d(blobs, {height, width}, true) * 0.8 +
         torch::rand({1, 3, height, width}) * 0.2;
}

inline float furthest(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<float>();
}

}  // namespace pastiche
