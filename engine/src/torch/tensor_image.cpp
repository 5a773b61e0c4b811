#include "tensor_image.hpp"

#include <algorithm>

#include "hidden_fill.hpp"
#include "pastiche/error.hpp"

namespace pastiche {
namespace {

namespace F = torch::nn::functional;

torch::Tensor view(const Image& image) {
  auto* data = const_cast<float*>(image.pixels.data());  // from_blob has no const form
  return torch::from_blob(data, {1, image.height, image.width, Image::channels})
      .permute({0, 3, 1, 2});
}

}  // namespace

torch::Tensor to_tensor(const Image& image, torch::Device device) {
  if (!has_hidden(image)) return colours_of(image).clamp(0, 1).contiguous().to(device);
  const HiddenFill fill(image);
  const torch::Tensor rgb = torch::empty({1, 3, image.height, image.width});
  std::vector<float> line(std::size_t(image.width) * 3);
  for (int row = 0; row < image.height; ++row) {
    fill.read(row, line.data());
    rgb[0].select(1, row).copy_(torch::from_blob(line.data(), {image.width, 3}).t());
  }
  return rgb.to(device);
}

torch::Tensor colours_of(Image& image) { return view(image).narrow(1, 0, 3); }
const torch::Tensor colours_of(const Image& image) { return view(image).narrow(1, 0, 3); }

bool has_hidden(const Image& image) {
  for (std::size_t i = 3; i < image.pixels.size(); i += Image::channels)
    if (!(image.pixels[i] > 0)) return true;
  return false;
}

torch::Tensor alpha_tensor(const Image& image, torch::Device device) {
  return view(image).narrow(1, 3, 1).clamp(0, 1).contiguous().to(device);
}

torch::Tensor mask_tensor(const Image& image, torch::Device device) {
  const auto luma = torch::tensor(torch::ArrayRef<float>(luma_weights)).view({1, 3, 1, 1});
  const torch::Tensor grey = (view(image).narrow(1, 0, 3) * luma).sum(1, true).clamp(0, 1);
  return (grey * view(image).narrow(1, 3, 1).clamp(0, 1)).to(device);
}

Image to_image(const torch::Tensor& rgb, const Image& alpha_from) {
  TORCH_CHECK(rgb.dim() == 4 && rgb.size(0) == 1 && rgb.size(1) == 3, "expected {1, 3, H, W}, got ",
              rgb.sizes());
  if (!rgb.isfinite().all().item<bool>())
    throw Error(Error::Kind::Internal,
                "The computation ended in NaN or infinity; precision fp32 or a smaller weight "
                "may help.");
  Image image(int(rgb.size(3)), int(rgb.size(2)));
  const torch::Tensor source = view(alpha_from);
  const torch::Tensor alpha = resize(source.narrow(1, 3, 1), image.height, image.width);
  torch::Tensor colour = rgb.detach().cpu().to(torch::kFloat32).clamp(0, 1);
  if (alpha_from.width == image.width && alpha_from.height == image.height)
    colour = torch::where(alpha > 0, colour, source.narrow(1, 0, 3));
  view(image).copy_(torch::cat({colour, alpha}, 1));
  return image;
}

torch::Tensor resize(const torch::Tensor& x, int64_t height, int64_t width) {
  if (x.size(2) == height && x.size(3) == width) return x;
  if (height <= x.size(2) && width <= x.size(3))
    return torch::adaptive_avg_pool2d(x, {height, width});
  const std::vector<int64_t> size = {height, width};
  return F::interpolate(
             x, F::InterpolateFuncOptions().size(size).mode(torch::kBicubic).align_corners(false))
      .clamp(0, 1);
}

namespace {

torch::Tensor luma_of(const torch::Tensor& rgb) {
  const auto w =
      torch::tensor(torch::ArrayRef<float>(luma_weights), rgb.options()).view({1, 3, 1, 1});
  return (rgb * w).sum(1, true);
}

/// The colours' mean {3, 1} and symmetric square root of their covariance {3, 3}.
std::pair<torch::Tensor, torch::Tensor> colour_statistics(const torch::Tensor& rgb) {
  // Some rows at a time: the sums want float64, and a copy of all would be twice the picture.
  const int64_t height = rgb.size(2), rows = std::max<int64_t>(1, (1 << 18) / rgb.size(3));
  const auto in_parts = [&](auto&& sum_of) {
    torch::Tensor sum = torch::zeros({1}, rgb.options().dtype(torch::kFloat64));
    for (int64_t row = 0; row < height; row += rows)
      sum = sum + sum_of(rgb.narrow(2, row, std::min(rows, height - row))
                             .reshape({3, -1})
                             .to(torch::kFloat64));
    return sum / double(height * rgb.size(3));
  };
  const torch::Tensor mean = in_parts([](const auto& pixels) { return pixels.sum(1, true); });
  const torch::Tensor covariance =
      in_parts([&](const auto& pixels) { return (pixels - mean).matmul((pixels - mean).t()); });
  const auto [values, vectors] = torch::linalg_eigh(covariance, "L");
  return {mean, vectors.matmul(torch::diag(values.clamp_min(1e-6).sqrt())).matmul(vectors.t())};
}

}  // namespace

torch::Tensor keep_colour(const torch::Tensor& styled, const torch::Tensor& content) {
  return (content + luma_of(styled) - luma_of(content)).clamp(0, 1);
}

torch::Tensor ColourMap::operator()(const torch::Tensor& rgb) const {
  const torch::Tensor pixels = rgb.reshape({3, -1}).to(torch::kFloat64);
  return (matrix.matmul(pixels - from) + to).clamp(0, 1).to(rgb.dtype()).view(rgb.sizes());
}

ColourMap colour_match(const torch::Tensor& style, const torch::Tensor& content) {
  const auto [style_mean, style_root] = colour_statistics(style);
  const auto [content_mean, content_root] = colour_statistics(content);
  return {content_root.matmul(torch::linalg_inv(style_root)), style_mean, content_mean};
}

torch::Tensor match_colour(const torch::Tensor& style, const torch::Tensor& content) {
  return colour_match(style, content)(style);
}

}  // namespace pastiche
