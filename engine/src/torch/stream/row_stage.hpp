#pragma once

#include <optional>
#include <vector>

#include "stream/row_encoder.hpp"
#include "stream/row_flow.hpp"
#include "stream/winograd.hpp"

namespace pastiche::stream {

/// A 3x3 convolution of rows, each with a pixel more on both sides. Has no weights until pack().
class RowConv {
 public:
  RowConv(const ConvWeights& conv, int in, const Kernels& kernels);

  bool packed() const { return packed_; }
  void pack(const ConvWeights& conv);

  int padded() const { return winograd_ ? winograd_->padded : direct_->padded; }

  /// Rows of so many columns to ask for together when there are `count` of them in all.
  long rows_at_once(long columns, long count) const;

  /// See WinogradConv.
  void sums(long first, long last, long columns, const WinogradConv::RowAt& row_at, float* out,
            long step, Buffer& room) const;

  /// Bytes that each weight takes, packed.
  double bytes_per_weight() const {
    return winograd_ ? WinogradConv::bytes_per_weight : kernels_.value;
  }

 private:
  const Kernels& kernels_;
  std::optional<PackedConv> direct_;  // one of the two
  std::optional<WinogradConv> winograd_;
  bool packed_ = false;
};

/// One convolution of the encoder, and what of its rows is kept.
struct RowEncoder::Stage {
  Stage(const EncoderLayer& layer, const Kernels& kernels);

  int in, out;
  bool pooled, seen;
  RowConv ahead, back;
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

}  // namespace pastiche::stream
