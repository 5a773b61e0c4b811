#include "generate/placing.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "stream/resize_rows.hpp"
#include "style/stream_net.hpp"

namespace pastiche {
namespace {

/// Where a sample is shown: its size there, and its corner, which may lie outside.
struct Place {
  stream::Grid size;
  int left = 0, top = 0;
};

/// Goes over `values` {1, 3, h, w} at that place, row by row.
void lay(const torch::Tensor& values, const Place& place, Image& image,
         const std::function<void(const float value[3], float* pixel)>& write) {
  const int first = std::max(0, -place.left),
            last = std::min(place.size.width, image.width - place.left);
  const auto write_row = [&](int row, const float* const planes[3]) {
    const int y = place.top + row;
    if (y < 0 || y >= image.height) return;
    for (int x = first; x < last; ++x) {
      const float value[3] = {planes[0][x], planes[1][x], planes[2][x]};
      write(value, image.at(place.left + x, y));
    }
  };
  stream::resize_rows({int(values.size(3)), int(values.size(2))}, reader_of(values), place.size,
                      write_row, at::get_num_threads());
}

/// Colours count as much as their alpha, so that what cannot be seen tints no edge.
void lay(const torch::Tensor& sample, const Place& place, Image& image) {
  const torch::Tensor rgb =
      sample.narrow(1, 0, std::min<int64_t>(sample.size(1), 3)).expand({-1, 3, -1, -1});
  if (sample.size(1) < 4)
    return lay(rgb, place, image, [](const float value[3], float* pixel) {
      std::copy_n(value, 3, pixel);
      pixel[3] = 1;
    });
  const torch::Tensor alpha = sample.narrow(1, 3, 1);
  lay(alpha.expand({-1, 3, -1, -1}), place, image,
      [](const float value[3], float* pixel) { pixel[3] = value[0]; });
  lay(rgb * alpha, place, image, [](const float value[3], float* pixel) {
    for (int c = 0; c < 3; ++c)
      pixel[c] = std::clamp(value[c] / std::max(pixel[3], 1e-3f), 0.0f, 1.0f);
  });
}

/// In the middle; of what is larger the middle is seen.
Place centred(const stream::Grid& size, const Image& image) {
  return {size, (image.width - size.width) / 2, (image.height - size.height) / 2};
}

}  // namespace

Image placed(const torch::Tensor& sample, int width, int height, const std::string& fit) {
  Image image(width, height);
  const stream::Grid own = {int(sample.size(3)), int(sample.size(2))};
  if (fit == "tile") {
    for (int top = 0; top < height; top += own.height)
      for (int left = 0; left < width; left += own.width) lay(sample, {own, left, top}, image);
    return image;
  }
  const double across = double(width) / own.width, down = double(height) / own.height;
  const double scale = fit == "cover" ? std::max(across, down) : std::min(across, down);
  const auto scaled = [&](int side) { return std::max(1, int(std::lround(side * scale))); };
  lay(sample,
      fit == "stretch" ? Place{{width, height}}
                       : centred({scaled(own.width), scaled(own.height)}, image),
      image);
  return image;
}

Image sheet_of(const std::vector<Image>& pictures) {
  const auto columns = int(std::ceil(std::sqrt(double(pictures.size()))));
  const int rows = (int(pictures.size()) + columns - 1) / columns;
  const int width = pictures.front().width, height = pictures.front().height;
  Image sheet(columns * width, rows * height);
  for (std::size_t i = 0; i < pictures.size(); ++i)
    for (int y = 0; y < height; ++y)
      std::copy_n(pictures[i].at(0, y), std::size_t(width) * Image::channels,
                  sheet.at(int(i) % columns * width, int(i) / columns * height + y));
  return sheet;
}

Result as_one(std::vector<Result> results) {
  Result first = std::move(results.front());
  first.further.assign(std::make_move_iterator(results.begin() + 1),
                       std::make_move_iterator(results.end()));
  return first;
}

}  // namespace pastiche
