#pragma once

#include <vector>

#include "stream/encoder_kernels.hpp"
#include "stream/packed_conv.hpp"

namespace pastiche::stream {

/// Rows of pixels' channels, a multiple of `group`: {rows, width, channels}, rows `step` floats
/// apart.
struct FloatRows {
  const float* data;
  long rows, width, step;
  int channels;
};

/// Sums for the mean and covariance of rows that come in parts: fp32 within a row, about the first
/// pixel of all, double otherwise; so they are the same however whole rows are divided into parts.
class RowMoments {
 public:
  /// `weights` {rows, width}, at least 0; null where all pixels count 1.
  void add(const FloatRows& x, const float* weights = nullptr);

  double count() const { return count_; }  ///< pixels, or their weights' sum
  std::vector<double> mean() const;        ///< {channels}
  std::vector<double> covariance() const;  ///< {channels, channels}

 private:
  int channels_ = 0;
  double count_ = 0;
  std::vector<float> pivot_;
  std::vector<double> sum_, products_;
};

/// The map slope * (x - mean) + offset of pixels' channels.
class AffineRows {
 public:
  /// `slope` {channels, channels} is symmetric.
  AffineRows(int channels, const float* slope, const float* mean, const float* offset);

  /// `out`: {rows, width, channels}.
  void operator()(const FloatRows& x, float* out) const;

 private:
  AffineRows(const ConvWeights& slope, const float* mean, const float* offset);

  PackedConv slope_;
  std::vector<float> mean_, offset_;
};

}  // namespace pastiche::stream
