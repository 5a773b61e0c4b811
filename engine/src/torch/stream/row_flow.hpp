#pragma once

#include <functional>
#include <vector>

#include "stream/packed_conv.hpp"

namespace pastiche::stream {

/// How a layer's input is continued beyond its borders.
enum class Border { Zero, Reflect, Replicate, Circular };

/// The row or column that stands for one outside by a pixel; -1 for none.
long inside(long i, long size, Border border);

/// The last rows of a map of values, each with a border of `edge` pixels on both sides.
struct Ring {
  static constexpr long spare = 16;  // pixels that a convolution may read behind a row

  Buffer buffer;
  long rows = 0, width = 0;
  int channels = 0, edge = 0, value = 4;

  void shape(long new_rows, long new_width, int new_channels, int new_edge, int new_value);
  std::size_t row_bytes() const {
    return std::size_t((width + 2 * edge + spare) * channels * value + slack + 63) / 64 * 64;
  }
  std::byte* row(long y) { return buffer.data() + std::size_t(y % rows) * row_bytes(); }
  std::byte* pixel(long y, long x) { return row(y) + (x + edge) * channels * value; }

  /// Fills a row's border from its pixels.
  void continue_row(long y, Border border);
};

/// Part of a computation that makes a map's rows from the rows of the one before.
struct Step {
  long total, cap, room;             // rows in all, at a time, and kept
  std::function<long(long)> ready;   // rows that can be made when so many of the input are
  std::function<long(long)> oldest;  // the input's oldest row needed when so many are made
  std::function<void(long, long)> make;
  long done = 0;
};

/// All rows of all steps, each as soon as may be, while the rows before it are in the caches.
void flow(std::vector<Step>& steps, long input_rows);

}  // namespace pastiche::stream
