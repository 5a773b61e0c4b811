#pragma once

#include <functional>

#include "stream/packed_conv.hpp"

namespace pastiche::stream {

/// A 3x3 convolution by minimal filtering of 2 x 4 outputs at a time, with a third of the
/// multiplications (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", whose
/// F(2, 3) goes down the columns here and F(4, 3) along the rows); in fp32 its rounding is a few
/// times that of the sum itself. Outputs go by pairs of rows of which the upper is even, and by
/// fours of columns from the first: what is computed apart has the same bits.
class WinogradConv {
 public:
  /// The input's row y at the column left of the first output's.
  using RowAt = std::function<const std::byte*(long y)>;

  /// Whether it can be had, and pays.
  static bool suits(const ConvWeights& conv, const Kernels& kernels);

  /// Without weights until pack().
  WinogradConv(const ConvWeights& conv, const Kernels& kernels);

  void pack(const ConvWeights& conv);

  int padded;  ///< output channels as they are computed

  /// Sums {columns, padded} of the output's rows first..last-1, `step` floats from one to the next.
  void sums(long first, long last, long columns, const RowAt& row_at, float* out, long step,
            Buffer& room) const;

  /// Rows of so many columns to ask for together, for them to share what is read of the weights.
  static int rows_at_once(long columns);

  /// Bytes that `room` of sums() grows to, for rows of so many columns.
  std::size_t room(long columns) const;

  /// Bytes that each weight takes here.
  static constexpr double bytes_per_weight = 4.0 * 24 / 9;

 private:
  void last_tile(TileRow job, float* edge) const;
  void multiply(int tiles, const float* inputs, long inputs_step, float* products,
                long outputs_step) const;

  int in_;
  const Kernels& kernels_;
  std::vector<PackedConv> parts_;  ///< 1x1 convolutions of the tiles' numbers
};

}  // namespace pastiche::stream
