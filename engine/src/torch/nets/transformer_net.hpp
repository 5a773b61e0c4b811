#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

#include "pastiche/tensor_file.hpp"
#include "store/style_rows.hpp"

namespace pastiche {

/// A convolution after reflection padding, then conditional instance norm:
/// a row of scale and shift per style and stroke, blended by the caller's weights
/// (Dumoulin et al. 2017). Tensors "NAME.weight" {out, in, k, k}, "NAME.bias"
/// {out}, "NAME.scale" and "NAME.shift" {rows, out}.
struct StyledConvImpl : torch::nn::Module {
  StyledConvImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t rows);

  /// x {N, in, H, W}; blend {N, rows}, each sample's weights summing to one.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& blend);

  torch::Tensor weight, bias, scale, shift;

  /// Whether what passes through leaves its statistics, by which all is normed from then on.
  bool leaves_statistics = false;

 private:
  torch::Tensor mean_, inverse_deviation_;
  int64_t stride_;
};
TORCH_MODULE(StyledConv);

/// The feed-forward stylizer of Johnson et al. 2016 with conditional instance
/// norm: three convolutions down to a quarter of the size, residual blocks, two
/// nearest-neighbour upsamplings each followed by a convolution, and "out",
/// without norm or non-linearity.
///
/// File: "down1" (9x9, width), "down2", "down3" (3x3, stride 2, doubling),
/// "resI_a", "resI_b" (3x3, I from 1), "up1", "up2" (3x3, halving), and
/// "out_weight" {3, width, 9, 9}, "out_bias" {3}, which give 0..255: with 1944
/// inputs to each output, Adam's smallest step would be far too large for 0..1.
/// Metadata: "architecture" = "transformer", "styles" = JSON array of names,
/// "strokes": see StyleRows.
struct TransformerNetImpl : torch::nn::Module {
  TransformerNetImpl(int64_t width, int64_t residuals, int64_t rows);

  /// x {N, 3, H, W}, RGB in 0..1, H and W divisible by 4; blend {N, rows}.
  /// Returns the same shape, about 0..1, not clamped.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& blend);

  /// From now on the norms are those of `x`, whatever is painted: of one picture each.
  void keep_norms(const torch::Tensor& x, const torch::Tensor& blend);

  int64_t rows() const;
  int64_t width() const;      ///< channels of the first convolution
  int64_t residuals() const;  ///< residual blocks

  /// Scale and shift of every convolution by name: "down1.scale" and so on.
  std::map<std::string, torch::Tensor> norm_rows() const;

  /// Takes over norm_rows() of another number of rows, the same for all; frozen.
  void set_norm_rows(const std::map<std::string, torch::Tensor>& rows);

 private:
  std::vector<StyledConv> down_, residual_, up_;
  torch::Tensor out_weight_, out_bias_;
};
TORCH_MODULE(TransformerNet);

/// Reads one of the layout above, float32 on the CPU, frozen. Throws NoModel.
TransformerNet load_transformer(const TensorFile& file);

/// Appends the rows of a file of architecture "style" to the network's. Throws
/// NoModel when they were not made for a network of its shape.
void append_rows(TransformerNet& net, const TensorFile& style);

/// style_rows() of a file's metadata. Throws NoModel, also when it names no style.
StyleRows rows_in(const TensorFile& file);

}  // namespace pastiche
