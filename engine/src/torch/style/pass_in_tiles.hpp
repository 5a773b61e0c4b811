#pragma once

#include <torch/torch.h>

#include <functional>

#include "stream/layer.hpp"

namespace pastiche {

/// Reads a row {width, 3} of a picture; by several threads at once.
using ReadRow = std::function<void(int row, float* rgb)>;

/// An approximate pass takes its norms from samples of the picture, squares of `sample_side` px put
/// side by side to no more than `sampled_side`. (Shrunk pictures, as in Chen et al. 2022, "Towards
/// Ultra-Resolution Neural Style Transfer via Thumbnail Instance Normalization", have other
/// statistics: colours come out wrong.)
inline constexpr int sample_side = 256, sampled_side = 1536;

stream::Grid sampled_size(const stream::Grid& size);

/// {1, 3, height, width} of that size.
torch::Tensor samples_of(const stream::Grid& size, const ReadRow& read);

/// A picture of `size` painted tile by tile, row by row of tiles.
struct TilesPass {
  stream::Grid size;
  int reach;  ///< px that are painted around each tile for nothing, a multiple of 4
  ReadRow read;
  /// {1, 3, h, w} float32 on the CPU, of any strides, to the same shape.
  std::function<torch::Tensor(const torch::Tensor& x)> paint;
  std::function<void(int top, int left, const torch::Tensor& painted)> take;
  std::function<void(double done)> tell;  ///< after each tile

  /// No row is read after one below it was taken: a picture may be painted over.
  void run() const;
};

/// A tile, but for the last of a row or column.
stream::Grid tile_of(const stream::Grid& size);

/// Bytes that the pass takes beside what `paint` does.
double bytes_of_tiles(const stream::Grid& size, int reach);

}  // namespace pastiche
