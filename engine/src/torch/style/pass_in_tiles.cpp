#include "style/pass_in_tiles.hpp"

#include <algorithm>

#include "predict/need.hpp"

namespace pastiche {
namespace {

// Large beside what is painted for nothing around them; wide, as the rows of tiles are held whole.
constexpr int most_rows = 768, most_columns = 2048;

/// Parts of about the same length, each a multiple of 4.
int part_of(int whole, int most) {
  const int count = (whole + most - 1) / most;
  return ((whole + count - 1) / count + 3) / 4 * 4;
}

/// `of` rows or columns, and `reach` on both sides as far as there are any.
stream::Rows around(int first, int count, int reach, int of) {
  return {std::max(0, first - reach), std::min(of, first + count + reach)};
}

/// Each row of `to` {1, 3, rows, columns} from the picture's row at(row).
template <class At, class Fill>
void fill_rows(const torch::Tensor& to, int width, const ReadRow& read, At at, Fill fill) {
  const int64_t plane = to.stride(1), line = to.stride(2);
  float* const planes = to.data_ptr<float>();
  at::parallel_for(0, to.size(2), 16, [&](int64_t begin, int64_t end) {
    std::vector<float> rgb(std::size_t(width * 3 + 64));
    for (int64_t row = begin; row < end; ++row) {
      read(at(int(row)), rgb.data());
      fill(rgb.data(), planes + row * line, plane);
    }
  });
}

/// `count` neighbouring pixels.
void copy_pixels(const float* rgb, int count, float* to, int64_t plane) {
  for (int x = 0; x < count; ++x)
    for (int c = 0; c < 3; ++c) to[c * plane + x] = rgb[3 * x + c];
}

/// Samples of `each` rows or columns of `of`, evenly spread from one end to the other.
struct Samples {
  explicit Samples(int of)
      : each(std::min(sample_side, of)), count(std::min(of, sampled_side) / each), of(of) {}
  int first(int i) const { return count == 1 ? 0 : int(std::int64_t(of - each) * i / (count - 1)); }

  int each, count, of;
};

}  // namespace

stream::Grid sampled_size(const stream::Grid& size) {
  const Samples down(size.height), across(size.width);
  return {across.count * across.each, down.count * down.each};
}

torch::Tensor samples_of(const stream::Grid& size, const ReadRow& read) {
  const Samples down(size.height), across(size.width);
  const auto [columns, rows] = sampled_size(size);
  const torch::Tensor samples = torch::empty({1, 3, rows, columns});
  fill_rows(
      samples, size.width, read,
      [&](int row) { return down.first(row / down.each) + row % down.each; },
      [&](const float* rgb, float* to, int64_t plane) {
        for (int i = 0; i < across.count; ++i)
          copy_pixels(rgb + 3 * across.first(i), across.each, to + i * across.each, plane);
      });
  return samples;
}

stream::Grid tile_of(const stream::Grid& size) {
  return {part_of(size.width, most_columns), part_of(size.height, most_rows)};
}

/// The rows of two bands as one is read, and a tile before and behind.
double bytes_of_tiles(const stream::Grid& size, int reach) {
  const auto [wide, high] = tile_of(size);
  const double rows = std::min(size.height, high + 2 * reach);
  return bytes_of_rgb * ((rows + 2 * reach) * size.width + 2 * rows * (wide + 2 * reach));
}

void TilesPass::run() const {
  const auto [wide, high] = tile_of(size);
  torch::Tensor band;
  stream::Rows held = {0, 0};
  for (int top = 0; top < size.height; top += high) {
    const int rows = std::min(high, size.height - top);
    const stream::Rows needed = around(top, rows, reach, size.height);
    const int known = std::max(needed.first, held.last);
    torch::Tensor kept;
    if (known > needed.first)
      kept = band.narrow(2, needed.first - held.first, known - needed.first).clone();
    band = torch::Tensor();
    band = torch::empty({1, 3, needed.count(), size.width});
    if (kept.defined()) band.narrow(2, 0, known - needed.first).copy_(kept);
    fill_rows(
        band.narrow(2, known - needed.first, needed.last - known), size.width, read,
        [&](int row) { return known + row; },
        [&](const float* rgb, float* to, int64_t plane) {
          copy_pixels(rgb, size.width, to, plane);
        });
    held = needed;
    for (int left = 0; left < size.width; left += wide) {
      const int columns = std::min(wide, size.width - left);
      const stream::Rows across = around(left, columns, reach, size.width);
      const torch::Tensor painted = paint(band.narrow(3, across.first, across.count()));
      take(top, left,
           painted.narrow(2, top - needed.first, rows).narrow(3, left - across.first, columns));
      tell((double(top) * size.width + double(rows) * (left + columns)) /
           (double(size.height) * size.width));
    }
  }
}

}  // namespace pastiche
