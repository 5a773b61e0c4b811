#include "generate/placing.hpp"

#include <algorithm>
#include <cmath>

#include "tensor_image.hpp"

namespace pastiche {
namespace {

/// {1, 4, H, W}: RGB and alpha.
torch::Tensor as_rgba(const torch::Tensor& sample) {
  if (sample.size(1) == 4) return sample;
  const torch::Tensor rgb = sample.expand({-1, 3, -1, -1});
  return torch::cat({rgb, torch::ones_like(rgb.narrow(1, 0, 1))}, 1);
}

/// Clear, with `x` in the middle; of what is larger the middle.
torch::Tensor centred(const torch::Tensor& x, int64_t height, int64_t width) {
  const int64_t down = height - x.size(2), right = width - x.size(3);
  const int64_t top = down >= 0 ? down / 2 : -((-down) / 2),
                left = right >= 0 ? right / 2 : -((-right) / 2);
  return torch::constant_pad_nd(x, {left, right - left, top, down - top});
}

torch::Tensor tiled(const torch::Tensor& x, int64_t height, int64_t width) {
  const int64_t down = (height + x.size(2) - 1) / x.size(2),
                right = (width + x.size(3) - 1) / x.size(3);
  return x.repeat({1, 1, down, right}).narrow(2, 0, height).narrow(3, 0, width);
}

/// Colours count as much as their alpha, so that what cannot be seen tints no edge.
torch::Tensor resized(const torch::Tensor& x, int64_t height, int64_t width) {
  if (x.size(1) < 4) return resize(x, height, width);
  const torch::Tensor alpha = x.narrow(1, 3, 1), share = resize(alpha, height, width);
  const torch::Tensor colours = resize(x.narrow(1, 0, 3) * alpha, height, width);
  return torch::cat({(colours / share.clamp_min(1e-3)).clamp(0, 1), share}, 1);
}

torch::Tensor scaled(const torch::Tensor& x, double scale) {
  const auto side = [&](int64_t length) {
    return std::max<int64_t>(1, std::llround(double(length) * scale));
  };
  return resized(x, side(x.size(2)), side(x.size(3)));
}

Image image_of(const torch::Tensor& rgba) {
  Image image(int(rgba.size(3)), int(rgba.size(2)));
  const torch::Tensor pixels =
      torch::from_blob(image.pixels.data(), {image.height, image.width, Image::channels});
  pixels.copy_(rgba[0].permute({1, 2, 0}));
  return image;
}

}  // namespace

Image placed(const torch::Tensor& sample, int width, int height, const std::string& fit) {
  if (sample.size(3) == width && sample.size(2) == height) return image_of(as_rgba(sample));
  if (fit == "tile") return image_of(as_rgba(tiled(sample, height, width)));
  if (fit == "stretch") return image_of(as_rgba(resized(sample, height, width)));
  const double across = double(width) / double(sample.size(3)),
               down = double(height) / double(sample.size(2));
  const double scale = fit == "cover" ? std::max(across, down) : std::min(across, down);
  return image_of(centred(as_rgba(scaled(sample, scale)), height, width));
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
