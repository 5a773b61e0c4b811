#pragma once

#include <torch/torch.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pastiche/tensor_file.hpp"

namespace pastiche {

enum class Padding { Zero, Reflect, Replicate, Circular };
enum class Pooling { Max, Average, L2 };

/// Features by the layer's name ("relu4_1"), each {N, C, H, W}.
using Features = std::map<std::string, torch::Tensor>;

/// A VGG-shaped network of 3x3 convolutions with ReLU in blocks divided by 2x2
/// pooling (Simonyan & Zisserman 2014), of any depth and width: torchvision's
/// VGG-16 and VGG-19, the normalised ones, the distilled ones and
/// pastiche-encoder. Layer "reluB_K" is the K-th convolution of block B.
///
/// File layout: "convB_K.weight" {out, in, 3, 3}, "convB_K.bias"; "input.weight"
/// {3, 3}, "input.bias" {3}: the colour transform from RGB 0..1 to what the
/// network was trained on. Metadata "padding", "pooling".
struct EncoderImpl : torch::nn::Module {
  /// Untrained; `widths[b][k]` output channels of conv(b+1)_(k+1).
  explicit EncoderImpl(std::vector<std::vector<int64_t>> widths);

  /// x: {N, 3, H, W}, RGB in 0..1. Computes as deep as the deepest of `layers`.
  /// Throws Error::BadSetting for a layer it does not have.
  Features forward(const torch::Tensor& x, const std::set<std::string>& layers);

  /// All layers, "relu1_1" first.
  std::vector<std::string> layers() const;
  bool has(const std::string& layer) const;
  int64_t channels(const std::string& layer) const;

  /// Folds a pre-multiplied scale into the weights so that the mean activation
  /// of each channel is one (Gatys et al. 2015), given those means.
  Padding padding = Padding::Reflect;
  Pooling pooling = Pooling::Max;

 private:
  friend class EncoderFile;
  torch::Tensor input_weight_, input_bias_;
  std::vector<std::vector<torch::nn::Conv2d>> blocks_;
};
TORCH_MODULE(Encoder);

/// Reads an encoder from a file of the layout above, in evaluation mode without
/// gradients for its weights, in float32 on the CPU. Throws NoModel.
Encoder load_encoder(const TensorFile& file);

/// All its tensors, ready for write_tensors (the module keeps the bytes alive).
void save_encoder(Encoder& encoder, const std::string& path, Metadata metadata);

}  // namespace pastiche
