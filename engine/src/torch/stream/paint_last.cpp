#include <algorithm>
#include <cstdint>
#include <cstring>

#include "stream/bands.hpp"
#include "stream/painter.hpp"

namespace pastiche::stream {

namespace {

// Of these columns, what all rows of the kernel read stays in a processor's second cache.
constexpr int columns_together = 512;

}  // namespace

bool Painting::make_last(const GoingOn& going_on) {
  const int rows = plan_.band_rows(nullptr), height = canvas_.height;
  Tally tally((height + rows - 1) / rows, going_on);
  const std::vector<Stretch> stretches = stretches_of(height, rows);
  return in_bands(int(stretches.size()), int(workers_.size()), [&](int s, int w) {
    const Rows all = stretches[std::size_t(s)].rows;
    Worker& worker = workers_[std::size_t(w)];
    Rows held = {};
    for (int row = all.first; row < all.last; row += rows) {
      make_last_rows({row, std::min(row + rows, all.last)}, held, worker);
      if (!tally.add(w)) return false;
    }
    return true;
  });
}

/// `held` is what fill_planes() left, and leaves.
void Painting::make_last_rows(Rows rows, Rows& held, Worker& worker) {
  const LastLayer& last = layout_.last;
  const int most = plan_.band_rows(nullptr) + 2 * last.margin();
  const long plane = most * last.row(), line = last.grid.width + 128;
  const Rows behind = {rows.first - last.margin(), rows.last + last.margin()};
  std::byte* planes = worker.depths[0].band.room_for(last.band(most));
  fill_planes(behind, held, plane, worker, planes);
  held = behind;
  worker.numbers.room_for(std::size_t(3 * line * plan_.band_rows(nullptr)) * sizeof(float));
  const auto at = [&](int row, int channel) {
    return worker.numbers.floats() + ((row - rows.first) * 3 + channel) * line;
  };
  for (int x = 0; x < last.grid.width; x += columns_together)
    for (int row = rows.first; row < rows.last; ++row)
      kernels_.conv_planar({.planes = planes + ((row - rows.first) * last.row() + x) * 4,
                            .plane = plane,
                            .row = last.row(),
                            .units = last.units,
                            .side = last.side,
                            .weights = last.weights.data(),
                            .out = {at(row, 0) + x, at(row, 1) + x, at(row, 2) + x},
                            .pixels = std::min(columns_together, last.grid.width - x)});
  for (int row = rows.first; row < rows.last; ++row) {
    float* const rgb[3] = {at(row, 0), at(row, 1), at(row, 2)};
    for (int c = 0; c < 3; ++c)
      for (int x = 0; x < canvas_.width; ++x)
        rgb[c][x] = (rgb[c][x] + last.bias[std::size_t(c)]) / 255;
    canvas_.write(row, rgb);
  }
}

/// The last layer's input as fill_band() makes another's, but in planes, of which those rows that
/// are held are kept.
void Painting::fill_planes(Rows behind, Rows held, long plane, Worker& worker, std::byte* planes) {
  const LastLayer& last = layout_.last;
  const Layer& before = layout_.layers.back();
  const int margin = last.margin(), width = last.grid.width, height = last.grid.height;
  const bool replicate = too_small(last.grid, margin);
  const long stride = last.row();
  auto* units = reinterpret_cast<std::int32_t*>(planes);
  const auto at = [&](int row, int unit) {
    return units + unit * plane + (row - behind.first) * stride;
  };
  Rows rest = {std::max(0, behind.first), std::min(height, behind.last)};
  const int kept = std::clamp(held.last, rest.first, rest.last);
  for (int unit = 0; kept > rest.first && unit < last.units; ++unit)
    std::memmove(at(rest.first, unit), units + unit * plane + (rest.first - held.first) * stride,
                 std::size_t((kept - rest.first) * stride) * sizeof *units);
  rest.first = kept;

  const std::byte* made = nullptr;
  if (!before.places.any()) {
    std::byte* rows = worker.depths[1].rows.room_for(std::size_t(rest.count()) * layout_.row_bytes);
    make_rows(layout_.layers.size() - 1, rest, nullptr, worker, rows, nullptr);
    made = rows;
  }
  for (int row = rest.first; row < rest.last; ++row) {
    const NormRow norm =
        normed(before, row,
               made ? made + std::size_t(row - rest.first) * layout_.row_bytes : nullptr, worker);
    kernels_.norm_planar(norm, reinterpret_cast<std::byte*>(at(row, 0) + margin), plane);
    for (int unit = 0; unit < last.units; ++unit)
      for (int k = 1; k <= margin; ++k) {
        std::int32_t* line = at(row, unit) + margin;
        line[-k] = line[inside(-k, width, replicate)];
        line[width - 1 + k] = line[inside(width - 1 + k, width, replicate)];
      }
  }
  for (int row = behind.first; row < behind.last; ++row)
    if (row < 0 || row >= height)
      for (int unit = 0; unit < last.units; ++unit)
        std::copy_n(at(inside(row, height, replicate), unit), stride, at(row, unit));
}

}  // namespace pastiche::stream
