#include <algorithm>
#include <cstdint>

#include "stream/bands.hpp"
#include "stream/painter.hpp"

namespace pastiche::stream {

bool Painting::make_last(const GoingOn& going_on) {
  const int rows = plan_.band_rows(nullptr), count = (canvas_.height + rows - 1) / rows;
  return in_bands(
      count, int(workers_.size()),
      [&](int band, int worker) {
        make_last_rows({band * rows, std::min((band + 1) * rows, canvas_.height)},
                       workers_[std::size_t(worker)]);
      },
      going_on);
}

void Painting::make_last_rows(Rows rows, Worker& worker) {
  const LastLayer& last = layout_.last;
  const Rows behind = {rows.first - last.margin(), rows.last + last.margin()};
  std::byte* planes = worker.depths[0].band.room_for(last.band(behind.count()));
  fill_planes(behind, worker, planes);
  float* rgb[3];
  for (int c = 0; c < 3; ++c)
    rgb[c] = reinterpret_cast<float*>(
        worker.planes[c].room_for(std::size_t(last.grid.width + 128) * sizeof(float)));
  for (int row = rows.first; row < rows.last; ++row) {
    kernels_.conv_planar({.planes = planes + (row - rows.first) * last.row() * 4,
                          .plane = behind.count() * last.row(),
                          .row = last.row(),
                          .units = last.units,
                          .side = last.side,
                          .weights = last.weights.data(),
                          .out = {rgb[0], rgb[1], rgb[2]},
                          .pixels = last.grid.width});
    for (int c = 0; c < 3; ++c)
      for (int x = 0; x < canvas_.width; ++x)
        rgb[c][x] = (rgb[c][x] + last.bias[std::size_t(c)]) / 255;
    canvas_.write(row, rgb);
  }
}

/// The last layer's input as fill_band() makes another's, but in planes.
void Painting::fill_planes(Rows behind, Worker& worker, std::byte* planes) {
  const LastLayer& last = layout_.last;
  const Layer& before = layout_.layers.back();
  const int margin = last.margin(), width = last.grid.width, height = last.grid.height;
  const bool replicate = too_small(last.grid, margin);
  const Rows real = {std::max(0, behind.first), std::min(height, behind.last)};
  const std::byte* made = nullptr;
  if (before.slots.empty()) {
    std::byte* rows = worker.depths[1].rows.room_for(std::size_t(real.count()) * layout_.row_bytes);
    make_rows(layout_.layers.size() - 1, real, 1, worker, rows, nullptr);
    made = rows;
  }
  const long stride = last.row(), plane = stride * behind.count();
  auto* units = reinterpret_cast<std::int32_t*>(planes);
  const auto at = [&](int row, int unit) {
    return units + unit * plane + (row - behind.first) * stride;
  };
  for (int row = real.first; row < real.last; ++row) {
    const NormRow norm =
        normed(before, row,
               made ? made + std::size_t(row - real.first) * layout_.row_bytes : nullptr, worker);
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
