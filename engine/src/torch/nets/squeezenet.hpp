#pragma once

#include <torch/torch.h>

#include <array>

#include "nets/encoder.hpp"

namespace pastiche {

/// Output channels of SqueezeNet's convolutions.
struct SqueezeNetWidths {
  struct Fire {
    int64_t squeeze = 0, expand1 = 0, expand3 = 0;
  };
  int64_t conv1 = 0;
  std::array<Fire, 8> fires = {};  ///< fire2 to fire9
  int64_t classes = 0;
};

/// SqueezeNet 1.0 (Iandola et al. 2016): a small network for classification that shares neither
/// shape nor training with VGG. Its layers are "conv1", "fire2" to "fire9", each after its ReLU,
/// and "logits" {N, classes}, one for each class.
///
/// File layout: "conv1", "fireN_squeeze", "fireN_expand1", "fireN_expand3" and "conv_final", each
/// with ".weight" {out, in, side, side} and ".bias" {out}, and the 1x1 convolution "input" from RGB
/// in 0..1 to what the network was trained on. Metadata: "architecture" = "squeezenet".
struct SqueezeNetImpl : torch::nn::Module {
  explicit SqueezeNetImpl(const SqueezeNetWidths& widths);

  /// x: {N, 3, H, W}, RGB in 0..1. Sides below the first convolution's 7 are continued by their
  /// last row or column. Computes as deep as the deepest of `layers`. REQUIRES known layers.
  Features forward(const torch::Tensor& x, const std::set<std::string>& layers);

 private:
  struct Fire {
    torch::nn::Conv2d squeeze, expand1, expand3;
  };

  torch::nn::Conv2d input_, conv1_;
  std::vector<Fire> fires_;
  torch::nn::Conv2d final_;
};
TORCH_MODULE(SqueezeNet);

/// Reads a network of the layout above, float32 on the CPU, frozen. Throws NoModel for a file that
/// is none.
SqueezeNet load_squeezenet(const TensorFile& file);

}  // namespace pastiche
