#pragma once

#include <cstddef>
#include <cstdint>

#include "stream/kernels.hpp"

namespace pastiche::stream {

/// Channels come in groups of so many, of each of which a pixel has 16 bits.
inline constexpr int group = 16;

/// The innermost loops of an encoder's rows beside its convolutions, for the values of the
/// Kernels of the same instruction set. `channels` are multiples of a group.
struct EncoderKernels {
  /// ReLU of sums + bias, as values and, where they are wanted, as floats; and which are above 0.
  void (*activate)(const float* sums, const float* bias, int pixels, int channels,
                   std::byte* values, float* floats, std::uint16_t* signs);

  /// The largest (or the mean, where `which` is not wanted) of each two by two pixels of two rows,
  /// and which of the four it was: for each group two masks, of the numbers' lower and upper bits.
  void (*pool)(const std::byte* upper, const std::byte* lower, int pixels, int channels,
               std::byte* values, std::uint16_t* which, bool largest);

  /// Back from the gradient of a pooled row to those of the two rows of 2 * pixels.
  void (*unpool)(const float* gradient, const std::uint16_t* which, int pixels, int channels,
                 float* upper, float* lower, bool largest);

  /// gradient + more (where there is more), but 0 where the sign is not set.
  void (*gate)(const float* gradient, const float* more, const std::uint16_t* signs, int pixels,
               int channels, std::byte* values);

  /// Adds up d = x - pivot and d d' of floats {pixels, channels}, each pixel times its weight
  /// where there are weights.
  void (*moments)(const float* x, const float* pivot, const float* weights, int pixels,
                  int channels, float* room, double* sum, double* products);

  /// x + factor * shift, of each channel.
  void (*shift)(const float* x, const float* shift, float factor, int pixels, int channels,
                float* out);
};

/// Those of the same instruction set as `kernels`.
const EncoderKernels& encoder_kernels(const Kernels& kernels);

namespace encoder {
const EncoderKernels& plain_kernels();
const EncoderKernels& avx2_kernels();
const EncoderKernels& avx512_kernels();
const EncoderKernels& avx512_bf16_kernels();
}  // namespace encoder

}  // namespace pastiche::stream
