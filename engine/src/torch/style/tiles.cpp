#include "style/tiles.hpp"

#include <algorithm>

namespace pastiche {
namespace {

int64_t rounded_up(int64_t x, int64_t multiple) { return (x + multiple - 1) / multiple * multiple; }

/// A side in `count` spans or fewer. All lengths leave the rest of the side when
/// divided by the step, so that the last span, too, starts on a multiple.
std::vector<Span> spans_of(int64_t side, int64_t count, const Tiling& tiling) {
  const int64_t rest = side % tiling.step, margin = tiling.margin;
  const int64_t shared = tiling.wrapped ? side : side - rest - 2 * margin;
  const int64_t core = rounded_up(std::max<int64_t>(1, (shared + count - 1) / count), tiling.step);
  const int64_t length = core + 2 * margin + rest;
  if (count == 1 || length >= side || (tiling.wrapped && rest > 0)) return {{0, side, 0, side}};

  std::vector<Span> spans;
  for (int64_t next = 0; next < side;) {
    const int64_t start = int64_t(spans.size()) * core - (tiling.wrapped ? margin : 0);
    const bool last = tiling.wrapped ? next + core >= side : start + length >= side;
    spans.push_back({last && !tiling.wrapped ? side - length : start, length, next,
                     last ? side : start + margin + core});
    next = spans.back().core_end;
  }
  return spans;
}

torch::Tensor part_of(const torch::Tensor& x, int64_t dim, int64_t first, int64_t count) {
  const int64_t size = x.size(dim);
  if (first >= 0 && first + count <= size) return x.narrow(dim, first, count);
  return x.index_select(dim, torch::arange(first, first + count, x.device()).remainder(size));
}

}  // namespace

bool Tile::operator==(const Tile& other) const {
  const auto same = [](const Span& a, const Span& b) {
    return a.start == b.start && a.length == b.length && a.core == b.core &&
           a.core_end == b.core_end;
  };
  return same(rows, other.rows) && same(columns, other.columns);
}

std::vector<Tile> tiles_of(int64_t height, int64_t width, const Tiling& tiling) {
  Tiling wide = tiling;
  wide.step *= tiling.across;
  wide.margin = rounded_up(tiling.margin, wide.step);
  std::vector<Span> best_rows, best_columns;
  int64_t least = 0, smallest = 0;  // of what is computed in all, and of one tile
  for (int64_t across = 1; across <= width / wide.step + 1; ++across) {
    const auto columns = spans_of(width, across, wide);
    for (int64_t down = 1; down <= height / tiling.step + 1; ++down) {
      const auto rows = spans_of(height, down, tiling);
      const int64_t one = rows[0].length * columns[0].length;
      const int64_t all = one * int64_t(rows.size() * columns.size());
      const bool fits = one <= tiling.room, any = least > 0;
      if (fits ? !any || smallest > tiling.room || all < least : !any || one < smallest) {
        best_rows = rows, best_columns = columns;
        least = all, smallest = one;
      }
      if (fits) break;  // more cuts cost more
    }
    if (smallest <= tiling.room && (tiling.by_rows || best_rows.size() == 1)) break;
  }
  std::vector<Tile> tiles;
  for (const Span& rows : best_rows)
    for (const Span& columns : best_columns) tiles.push_back({rows, columns});
  return tiles;
}

torch::Tensor part_of(const torch::Tensor& x, int64_t first_row, int64_t rows, int64_t first_column,
                      int64_t columns) {
  return part_of(part_of(x, 2, first_row, rows), 3, first_column, columns);
}

torch::Tensor part_of(const torch::Tensor& picture, const Tile& tile) {
  return part_of(picture, tile.rows.start, tile.rows.length, tile.columns.start,
                 tile.columns.length);
}

}  // namespace pastiche
