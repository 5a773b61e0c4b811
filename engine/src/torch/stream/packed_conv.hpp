#pragma once

#include <cstddef>
#include <vector>

#include "stream/kernels.hpp"

namespace pastiche::stream {

/// A convolution as a network has it.
struct ConvWeights {
  int in = 0, out = 0, side = 0;
  std::vector<float> weight;        ///< {out, in, side, side}
  std::vector<float> scale, shift;  ///< {out}: of the instance norm behind it, if one is
  std::vector<float> bias;          ///< {out}: of a convolution without a norm
};

/// How the rows and columns of a layer's output relate to its input's.
enum class Resample { Same, Half, Double };

/// Channels in which a layer's output is kept: even, so that bf16 comes in pairs.
inline int kept_channels(int channels) { return channels + channels % 2; }

/// Memory for vectors, aligned to a cache line.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;

  /// At least so many bytes; the contents are lost when it grows, and then zero.
  std::byte* room_for(std::size_t bytes);
  std::byte* data() const { return data_; }
  float* floats() const { return reinterpret_cast<float*>(data_); }

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// A convolution as the kernels compute it.
///
/// A convolution of a picture doubled by nearest neighbour is four of the small one, one for each
/// parity of row and column: two of the three taps fall on the same pixel and are added up
/// (4/9 of the arithmetic; Shi et al. 2016, "Is the deconvolution layer the same ...").
class PackedConv {
 public:
  /// `in` is how many channels a pixel of the input is kept in. Without weights until pack().
  PackedConv(const ConvWeights& conv, int in, Resample resample, const Kernels& kernels);

  /// Takes the weights over, in the order in which the kernels read them.
  void pack(const ConvWeights& conv, const Kernels& kernels);

  int in, out;  ///< kept channels
  int taps;     ///< rows of the input behind an output
  int run;      ///< values of one of them
  Resample resample;

  /// One block of output channels.
  struct Block {
    int first, vectors;
    std::size_t weights;  ///< bytes from the start of its phase
  };
  std::vector<Block> blocks;
  int padded;  ///< output channels in all blocks

  /// Of a phase, row parity * 2 + column parity; 0 unless it doubles.
  const std::byte* weights(int phase) const { return packed_.data() + phase * phase_bytes_; }

 private:
  /// `weight` {conv.out, conv.in, taps, taps}.
  void pack_block(const Block& block, const std::vector<float>& weight, const ConvWeights& conv,
                  const Kernels& kernels, std::byte* to);

  std::size_t phase_bytes_ = 0;
  Buffer packed_;
};

/// The last convolution, {units, side, side, 3}: see PlanarRow.
Buffer pack_planar(const ConvWeights& conv, const Kernels& kernels);

}  // namespace pastiche::stream
