#pragma once

#include <cstddef>
#include <string_view>

namespace pastiche::stream {

// The innermost loops of the streamed network, compiled once for each instruction set.
//
// A "value" is what activations are stored and multiplied in, fp32 or bf16; sums are fp32
// always. Pixels are channels-last: the channels of a pixel lie side by side. A vector may
// read and write up to `slack` bytes behind the last pixel of a row.

inline constexpr int slack = 128;

/// One row of outputs of a convolution, for one block of output channels: each output is the
/// sum over `taps` rows of `run` neighbouring inputs, times weights {taps, run, channels}.
struct ConvRow {
  const std::byte* const* rows;  ///< the tap rows' values at the first output
  int taps;
  int run;                   ///< even
  long step;                 ///< values between the inputs of two neighbouring outputs
  const std::byte* weights;  ///< values; in bf16 {taps, run / 2, channels, 2}
  int vectors;               ///< output channels of the block, in vectors
  float* out;                ///< room for `pixels` rounded up to a multiple of 12
  long out_step;             ///< floats between two outputs
  int pixels;
};

/// A pixelwise map before a convolution: scale * z + shift, then `+ residual` or ReLU.
struct NormRow {
  const std::byte* z;
  const std::byte* residual;   ///< null for ReLU
  const float *scale, *shift;  ///< zeros behind the last channel, up to a multiple of 32
  int pixels, channels;
};

/// One row of a convolution to three channels, from planes: unit u (a channel, or in bf16 a
/// pair) of the input pixel x of tap row t is the 4 bytes at planes + u * plane + t * row + x.
struct PlanarRow {
  const std::byte* planes;
  long plane, row;  ///< in units of 4 bytes
  int units, side;
  const std::byte* weights;  ///< {units, side, side, 3} units of 4 bytes
  float* out[3];             ///< room for `pixels` rounded up to a multiple of 128
  int pixels;
};

/// Of Winograd's filtering (see WinogradConv): tile j is made of `rows` from pixel 4 j on, 4 x 6
/// inputs, and gives 2 x 4 outputs. Number k of its 24 numbers lies at parts + k * part + j *
/// channels.
struct TileRow {
  const float* rows[4];  ///< the inputs at the first tile
  float* outs[2];        ///< the outputs' sums, {pixels, channels}; null for one not wanted
  float* parts;
  long part;
  int tiles;
  int channels;  ///< a multiple of `lanes`
  int pixels;    ///< outputs of a row, of which the last tile may have less than four
};

struct Kernels {
  bool bf16;
  int value;         ///< bytes
  int lanes;         ///< floats in a vector
  int most_vectors;  ///< of a ConvRow

  void (*conv)(const ConvRow&);

  /// Parts from inputs, and sums of outputs from parts; null in bf16, which would lose too much.
  void (*to_parts)(const TileRow&);
  void (*from_parts)(const TileRow&);

  /// From sums {pixels, step} to values {pixels, channels} (none when `out` is null), with the
  /// sums of d and d*d, d = value - the first pixel's, of each channel.
  void (*finish)(const float* sums, long step, int pixels, int channels, std::byte* out, float* sum,
                 float* square);

  void (*norm)(const NormRow&, std::byte* out);

  /// The same into planes: unit u of pixel x at out + u * plane + x, in units of 4 bytes. Writes
  /// `pixels` rounded up to a multiple of 16.
  void (*norm_planar)(const NormRow&, std::byte* out, long plane);

  void (*conv_planar)(const PlanarRow&);

  void (*to_values)(const float* numbers, int count, std::byte* out);
};

/// The fastest this processor can run; in bf16 only if asked for and the processor has
/// instructions for it.
const Kernels& best_kernels(bool bf16);

/// Whether this processor convolves so much faster in bf16 that it outweighs Winograd's filtering,
/// which fp32 has alone: measured once. With instructions for bf16 some are no faster.
bool is_faster_in_bf16();

/// What `precision`, "auto", "fp32" or "bf16", stands for.
const Kernels& kernels_for(std::string_view precision);

const Kernels& plain_kernels();
const Kernels& avx2_kernels();
const Kernels& avx512_kernels();
const Kernels& avx512_bf16_kernels();

}  // namespace pastiche::stream
