#pragma once

#include <vector>

#include "stream/row_encoder.hpp"
#include "stream/row_flow.hpp"

namespace pastiche::stream {

/// One convolution of the encoder, and what of its rows is kept.
struct RowEncoder::Stage {
  Stage(const EncoderLayer& layer, const Kernels& kernels);

  int in, out;
  bool pooled, seen;
  PackedConv ahead, back;
  std::vector<float> bias;

  long height = 0, width = 0, stride = 1;
  Ring input;     // of the first layer and behind a pooling; otherwise the last layer's output
  Ring output;    // after ReLU
  Ring gradient;  // of the output, before ReLU
  Buffer signs, which, features;

  std::uint16_t* signs_at(long y) {
    return reinterpret_cast<std::uint16_t*>(signs.data()) + y * width * (out / group);
  }
  std::uint16_t* which_at(long y) {
    return reinterpret_cast<std::uint16_t*>(which.data()) + y * width * (in / group) * 2;
  }
};

/// Sums of a convolution's row, from the three rows of its input.
void convolve(const Kernels& kernels, const PackedConv& conv, const std::byte* const rows[3],
              long pixels, float* sums);

}  // namespace pastiche::stream
