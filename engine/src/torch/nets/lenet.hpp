#pragma once

#include <torch/torch.h>

#include <array>
#include <string>
#include <vector>

#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// LeNet-5 with ReLU and max-pooling (LeCun et al. 1998): a classifier of digits, white on black.
///
/// File layout: 5x5 convolutions "conv1" {C, 1, 5, 5}, "conv2" and "conv3", each followed by a ReLU
/// and the first two by a 2x2 max-pooling; then linear layers "fc1", with a ReLU, and "fc2", an
/// output for each class; each with ".weight" and ".bias". Metadata: "architecture" = "lenet",
/// "classes" = a JSON list of names.
struct LeNetImpl : torch::nn::Module {
  struct Widths {
    std::array<int64_t, 3> convs;
    int64_t features, classes;
  };
  explicit LeNetImpl(const Widths& widths);

  struct Output {
    torch::Tensor features;  ///< {N, features}, of fc1 after its ReLU
    torch::Tensor logits;    ///< {N, classes}
  };

  /// x: {N, any, H, W} in 0..1; the mean over its channels, brought to 32 x 32 (bilinear).
  Output forward(const torch::Tensor& x);

 private:
  std::array<torch::nn::Conv2d, 3> convs_;
  torch::nn::Linear fc1_, fc2_;
};
TORCH_MODULE(LeNet);

/// Reads a network of the layout above, float32 on the CPU, frozen, in eval mode. Throws NoModel
/// for a file that is none.
LeNet load_lenet(const TensorFile& file);

}  // namespace pastiche
