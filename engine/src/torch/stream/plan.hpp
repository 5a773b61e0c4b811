#pragma once

#include <algorithm>
#include <vector>

#include "stream/layer.hpp"
#include "stream/painting.hpp"

namespace pastiche::stream {

/// The last convolution, to three channels and without a norm.
struct LastLayer {
  LastLayer(const ConvWeights& conv, const Kernels& kernels, Grid grid);

  int side, units;
  Grid grid;
  Buffer weights;
  std::vector<float> bias;

  int margin() const { return side / 2; }

  /// The planes of a band of the input, in units of 4 bytes: between rows, and in all.
  long row() const { return (grid.width + 15) / 16 * 16 + 16 + 2 * margin(); }
  std::size_t band(int rows) const;
};

/// A network laid out for a picture.
struct Layout {
  Layout(const Network& network, const Kernels& kernels, int width, int height);

  const Kernels& kernels;
  std::vector<Layer> layers;
  LastLayer last;
  std::size_t residuals;  ///< layers that belong to residual blocks, from the fourth on
  std::size_t row_bytes;  ///< of any layer's output: all are about the same

  /// Whether the layer's input is the residual stream: what was added up so far.
  bool reads_stream(std::size_t layer) const;

  /// Whether a residual block begins with the layer.
  bool starts_block(std::size_t layer) const {
    return layer >= 3 && layer < 3 + residuals && layer % 2 == 1;
  }
};

/// How a picture is painted within the limits.
struct Plan {
  int shrunk = 0;           ///< bands have a 2^shrunk-th of their usual rows
  bool keeps_large = true;  ///< the outputs of down1 and up2 are kept, not computed twice
  bool in_memory = true;    ///< the activations are, not in a temporary file

  /// Rows of the store. A layer that has a half or a quarter of them has every second or fourth,
  /// so that what is made of a row lies in its place: see Painting::make_layer().
  int stored_rows(const Layout& layout) const {
    return layout.layers[keeps_large ? 0 : 1].output.height;
  }

  /// Rows of a band of the layer's output; of the last layer's when there is none.
  int band_rows(const Layer* layer) const;

  /// Into how many stretches a layer's rows are divided at most: some for each thread, that none
  /// waits long for the last.
  int stretches(int threads) const { return threads == 1 ? 1 : threads * std::max(1, 4 >> shrunk); }
};

/// Bytes that painting so takes, besides the pictures.
std::size_t bytes_of(const Layout& layout, const Plan& plan, int threads);

/// Multiplications of each layer, the last included.
std::vector<double> multiplications(const Layout& layout);

/// With norms given nothing is computed twice in any case. Throws OutOfMemory when not even the
/// smallest bands fit.
Plan plan_for(const Layout& layout, const Limits& limits, bool has_norms = false);

}  // namespace pastiche::stream
