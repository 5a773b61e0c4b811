#pragma once

#include <torch/torch.h>

#include <vector>

namespace pastiche {

/// Along one side of a picture: `length` pixels from `start` are computed, those
/// from `core` to `core_end` count.
struct Span {
  int64_t start = 0, length = 0;
  int64_t core = 0, core_end = 0;
};

/// A part of a picture that is computed by itself. The cores of all tiles make
/// the picture; around it lies what the core depends on.
struct Tile {
  Span rows, columns;

  bool operator==(const Tile& other) const;
};

/// How pictures are to be cut.
struct Tiling {
  int64_t margin = 0;    ///< px around a core, a multiple of `step`
  int64_t step = 1;      ///< tiles start on its multiples: what the encoder's poolings divide by
  int64_t across = 1;    ///< and their columns on so many times the step, with margins like that
  int64_t room = 0;      ///< px a tile may have, margins included
  bool by_rows = false;  ///< columns are cut only where whole rows have no room
  bool wrapped = false;  ///< opposite edges are neighbours; tiles then reach over them
};

/// Tiles of equal shape, as few pixels in all as `room` allows; one for a
/// picture that fits. Where not even a core of one step fits, `room` is exceeded.
std::vector<Tile> tiles_of(int64_t height, int64_t width, const Tiling& tiling);

/// Rows and columns `first` and on of {1, C, H, W}; beyond the edges those of the
/// other side.
torch::Tensor part_of(const torch::Tensor& x, int64_t first_row, int64_t rows, int64_t first_column,
                      int64_t columns);

/// A tile's pixels.
torch::Tensor part_of(const torch::Tensor& picture, const Tile& tile);

}  // namespace pastiche
