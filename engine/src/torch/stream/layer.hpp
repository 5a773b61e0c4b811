#pragma once

#include <optional>
#include <vector>

#include "stream/packed_conv.hpp"
#include "stream/row_store.hpp"
#include "stream/winograd.hpp"

namespace pastiche::stream {

/// Columns of the output that are computed at a time, so that the sums stay in the cache; a
/// multiple of what any kernel computes at once.
inline constexpr int columns_at_once = 480;

struct Grid {
  int width = 0, height = 0;
};

/// Rows first..last-1.
struct Rows {
  int first, last;
  int count() const { return last - first; }
};

/// Mean and summed squared deviation of each channel, in parts that can be put together
/// (Chan et al. 1983, "Algorithms for computing the sample variance").
class Moments {
 public:
  explicit Moments(int channels = 0)
      : mean_(std::size_t(channels)), squares_(std::size_t(channels)) {}

  /// `count` values a channel that are `first` + d, with the sums of d and d * d.
  void add(int count, const float* first, const float* sum, const float* square);
  void add(const Moments& other);

  double mean(std::size_t channel) const { return mean_[channel]; }
  double variance(std::size_t channel) const { return squares_[channel] / count_; }

 private:
  void add(double count, std::size_t channel, double mean, double squares);

  double count_ = 0;
  std::vector<double> mean_, squares_;
};

/// An instance norm as a map of what is normed: a scale and a shift for each channel.
struct Norm {
  std::vector<float> scale, shift;  ///< as NormRow needs them
};

/// A convolution with an instance norm, at its place in the network.
struct Layer {
  /// `in` is how many channels a pixel of the input is kept in. Without weights until pack().
  Layer(const ConvWeights& conv, int in, Resample resample, const Kernels& kernels, Grid input);

  PackedConv conv;
  std::optional<WinogradConv> winograd;  ///< computes the same, where it pays
  int side;
  Grid input, output;  ///< their sizes
  std::vector<float> gamma, beta;
  Norm norm;      ///< of the output
  Places places;  ///< where the output is kept; none when it is computed wherever it is needed

  void pack(const ConvWeights& weights, const Kernels& kernels);

  /// scale and shift from the statistics of the whole output.
  void normalise(const Moments& moments);

  /// Pixels by which the input is continued on each side.
  int margin() const { return conv.resample == Resample::Double ? 1 : side / 2; }

  /// The input's rows behind these of the output; they may reach out of it.
  Rows behind(Rows rows) const;

  /// Those of the input's rows that there are.
  Rows within(Rows rows) const {
    return {std::max(0, rows.first), std::min(rows.last, input.height)};
  }

  /// The input's rows behind these alone, if it were not for the margins.
  Rows own(Rows rows) const;

  /// Rows of the output to compute together.
  int rows_at_once() const;

  /// Bytes of the sums that are computed at a time.
  std::size_t line() const;

  /// Bytes of a row of the input with its margins, and of so many of them.
  std::size_t band_row(const Kernels& kernels) const;
  std::size_t band(int rows, const Kernels& kernels) const;
};

/// The index in 0..size-1 that stands for one outside, by reflection or by replication.
int inside(int index, int size, bool replicate);

/// Whether a picture is too small to be continued by reflection: see pad() of nets/encoder.hpp.
inline bool too_small(const Grid& grid, int margin) {
  return grid.width <= margin || grid.height <= margin;
}

}  // namespace pastiche::stream
