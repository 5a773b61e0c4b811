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

/// Output channels of each convolution, block by block.
using Widths = std::vector<std::vector<int64_t>>;

/// A VGG-shaped network: 3x3 convolutions with ReLU in blocks divided by 2x2
/// pooling (Simonyan & Zisserman 2014), of any depth and width: torchvision's
/// VGG-16 and VGG-19, the normalised ones, the distilled ones and
/// pastiche-encoder. Layer "reluB_K" is the K-th convolution of block B.
///
/// File layout: "convB_K.weight" {out, in, 3, 3}, "convB_K.bias" {out}, and the
/// 1x1 convolution "input" {3, 3, 1, 1} from RGB in 0..1 to what the network was
/// trained on. Metadata: "architecture" = "encoder", "padding", "pooling".
struct EncoderImpl : torch::nn::Module {
  /// Untrained, `input` being the identity.
  explicit EncoderImpl(const Widths& widths);

  /// x: {N, 3, H, W}, RGB in 0..1; H and W at least 1. Computes as deep as the
  /// deepest of `layers`; pooling stops where a side has come down to one pixel.
  /// Throws Error::BadSetting for a layer it does not have.
  Features forward(const torch::Tensor& x, const std::set<std::string>& layers);

  /// All layers, "relu1_1" first.
  const std::vector<std::string>& layers() const { return layers_; }
  bool has(const std::string& layer) const;

  /// Scales the weights so that on `batch` the mean activation of each channel
  /// is one (Gatys et al. 2015); what the layers tell apart stays the same.
  /// Channels that are nearly dead are scaled tenfold at most.
  void normalise(const torch::Tensor& batch);

  /// At the convolutions' borders, and between the blocks; a call may change them.
  Padding padding = Padding::Reflect;
  Pooling pooling = Pooling::Max;

 private:
  torch::nn::Conv2d input_;
  std::vector<std::vector<torch::nn::Conv2d>> blocks_;
  std::vector<std::string> layers_;
};
TORCH_MODULE(Encoder);

/// Reads an encoder of the layout above, float32 on the CPU, frozen. Throws
/// NoModel for a file that is none.
Encoder load_encoder(const TensorFile& file);

/// The widths of the encoder whose tensors' names begin with `prefix`. Throws NoModel.
Widths widths_in(const TensorFile& file, const std::string& prefix = "");

/// Sets padding and pooling to those of the file's metadata. Throws NoModel.
void set_borders(Encoder& encoder, const TensorFile& file);

/// Pads a {N, C, H, W} tensor by `n` on each side; reflection becomes
/// replication on sides too short for it.
torch::Tensor pad(const torch::Tensor& x, int64_t n, Padding padding);

/// What the file's metadata says; zero where it says nothing. Throws NoModel.
Padding padding_in(const TensorFile& file);

const char* name_of(Padding padding);
const char* name_of(Pooling pooling);

}  // namespace pastiche
