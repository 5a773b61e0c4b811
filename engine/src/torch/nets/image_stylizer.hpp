#pragma once

#include <torch/torch.h>

#include <map>
#include <set>
#include <string>

#include "nets/encoder.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// The layers at which a style's statistics enter: relu1_1 to relu4_1.
extern const std::set<std::string> stylized_layers;

/// What a decoder is told of a style, {N, 2 C} by layer: mean and deviation of its features.
using Statistics = std::map<std::string, torch::Tensor>;

/// A convolution after reflection padding, instance norm with the scale and shift
/// that a linear map predicts from a style's statistics (Ghiasi et al. 2017), and
/// ReLU; added to its input where the channels are as many. Tensors
/// "NAME.weight" {out, in, 3, 3}, "NAME.norm_weight" {2 out, statistics} and
/// "NAME.norm_bias" {2 out}, the scales before the shifts.
struct PredictedNormConvImpl : torch::nn::Module {
  PredictedNormConvImpl(int64_t in, int64_t out, int64_t statistics);

  /// x {N, in, H, W}; statistics {N, statistics}; weights {1, 1, H, W}, how much
  /// each place counts in the norm, undefined where all count the same.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& statistics,
                        const torch::Tensor& weights);

  torch::Tensor weight, norm_weight, norm_bias;
};
TORCH_MODULE(PredictedNormConv);

/// The mirror image of an encoder up to relu4_1, from its features back to a
/// picture: bilinear upsampling by two after each block's first
/// convolution, and then, by a 1x1 convolution "skipB", the features of the
/// block arrived at (Sheng et al. 2018). All features come with the style's
/// statistics already; each convolution hears of those of its block's first
/// layer. "out", without norm or ReLU, gives RGB in 0..1.
///
/// Tensors: "convB_K" for each of the encoder's but conv1_1, {in, out, 3, 3} where
/// that is {out, in, 3, 3}; "out_weight" {3, C, 3, 3} and "out_bias" in its place;
/// "skipB.weight" and ".bias" for B of 1 to 3. Where the encoder has fewer than
/// `narrowest` channels the decoder has so many, relu4_1 excepted. Before block
/// 3's convolutions come `residuals` more, "res1" and so on, as wide as its last.
struct StyleDecoderImpl : torch::nn::Module {
  /// REQUIRES widths of an encoder that ends with relu4_1.
  StyleDecoderImpl(const Widths& widths, int64_t narrowest, int64_t residuals);

  /// Features {N, C, h, w} of the stylized layers, each half as large as the one
  /// before. `weights` {1, 1, h, w}, float32, of the picture's size: how much each
  /// place counts; undefined where all count the same.
  /// Returns {N, 3, H, W} of relu1_1's size, about 0..1, not clamped.
  torch::Tensor forward(const Features& features, const Statistics& statistics,
                        const torch::Tensor& weights = {});

 private:
  std::vector<std::vector<PredictedNormConv>> blocks_;  // [B - 1], the last layer first
  std::vector<torch::nn::Conv2d> skips_;                // [B - 1]
  torch::Tensor out_weight_, out_bias_;
};
TORCH_MODULE(StyleDecoder);

/// Any picture as the style in one pass: an encoder, frozen, and its decoder.
/// File: the two modules' tensors under "encoder." and "decoder.". Metadata:
/// "architecture" = "style-decoder", the encoder's "padding" and "pooling", and
/// which it was: "encoder", "encoder-sha256".
struct ImageStylizerImpl : torch::nn::Module {
  ImageStylizerImpl(const Widths& widths, int64_t narrowest, int64_t residuals);

  Encoder encoder;
  StyleDecoder decoder;
};
TORCH_MODULE(ImageStylizer);

/// An untrained one around the encoder in `file`, whose layers beyond relu4_1
/// are left out. Throws NoModel when it has no such layer.
ImageStylizer stylizer_around(const TensorFile& file, int64_t narrowest, int64_t residuals);

/// Reads one of the layout above, float32 on the CPU, frozen. Throws NoModel.
ImageStylizer load_stylizer(const TensorFile& file);

}  // namespace pastiche
