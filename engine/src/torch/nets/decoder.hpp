#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "nets/encoder.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// An encoder's mirror image (Li et al. 2017): from the features of its layer "reluB_1" back to the
/// picture. 3x3 convolutions, a ReLU after each, an upsampling by two (nearest neighbour) after
/// each block's first.
///
/// File layout: as an encoder's, from the deepest block's "convB_1" to "conv1_1", which gives RGB.
/// Metadata: "architecture" = "decoder", "padding", and "output" (linear, relu), which is what
/// follows the last convolution.
struct DecoderImpl : torch::nn::Module {
  struct Layer {
    std::string name;  ///< "conv2_1"
    int64_t in = 0, out = 0;
    bool upsample = false;  ///< by two, after it
  };

  explicit DecoderImpl(const std::vector<Layer>& layers);

  /// {N, C, h, w} to {N, 3, 2^(B-1) h, 2^(B-1) w}, RGB of no bounded range.
  torch::Tensor forward(torch::Tensor x);

  /// The part of the way from the features of "reluB_1" to those of the block before, or from
  /// "relu1_1" to the picture. REQUIRES 1 <= block <= blocks().
  torch::Tensor step(torch::Tensor x, int block);

  /// How far around a place of what step() begins with its result there depends on.
  int64_t reach(int block) const;

  int64_t channels() const { return layers_.front().in; }  ///< C
  int blocks() const;                                      ///< B

  Padding padding = Padding::Reflect;
  bool relu_at_end = false;

 private:
  std::vector<Layer> layers_;
  std::vector<torch::nn::Conv2d> convs_;
};
TORCH_MODULE(Decoder);

/// The layers of the mirror image of an encoder of these widths, the last block's convolutions
/// after its first left out.
std::vector<DecoderImpl::Layer> mirrored(const Widths& widths);

/// Reads a decoder of the layout above, float32 on the CPU, frozen. Throws NoModel for a file that
/// is none.
Decoder load_decoder(const TensorFile& file);

}  // namespace pastiche
