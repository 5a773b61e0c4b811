#include <algorithm>
#include <cmath>
#include <format>

#include "pastiche/error.hpp"
#include "nets/image_stylizer.hpp"
#include "pastiche/models.hpp"
#include "style/refine.hpp"
#include "style/restyle.hpp"
#include "style/scales.hpp"
#include "style/style_from_image.hpp"

namespace pastiche {
namespace {

constexpr double bytes_of_networks = 50e6;  // with LibTorch's work space for them
constexpr double largest_tile = 1 << 18;  // px; more is no faster
constexpr double smallest_tile = 1 << 16;  // px; less would be mostly margin

double area(const Scale& scale) { return double(scale.height) * double(scale.width); }

std::size_t count_of(const Sizes& sizes, const char* input) {
  const auto found = sizes.find(input);
  return found == sizes.end() ? 0 : found->second.size();
}

Image noise(int64_t side) {
  Image image{int(side), int(side)};
  const torch::Tensor random = torch::rand({side * side * Image::channels});
  std::copy_n(random.data_ptr<float>(), random.numel(), image.pixels.begin());
  for (std::size_t i = 3; i < image.pixels.size(); i += Image::channels) image.pixels[i] = 1;
  return image;
}

/// The whole call, for small pictures of noise.
Costs call_costs(const std::string& kind, const Sizes& sizes, StyleFromImageOptions options) {
  options.size = 0;
  return cost_of_pixels([&](int64_t side) {
    Pictures pictures;
    for (const auto& [input, all] : sizes)
      pictures[input] = std::vector<Image>(all.size(), noise(side));
    return std::map<std::string, double>{
        {kind, timed([&] {
           style_from_image(pictures, options, [](double, std::string_view) { return true; });
         })}};
  });
}

}  // namespace

/// Measured: beside two blocks' features the picture and what becomes of it; of a tile five to
/// seven maps as wide as the decoder's end.
PassMemory pass_memory(const Sizes& sizes, const TensorFile& file, const Compute& compute) {
  const auto channels = double(file.at("encoder.conv1_1.weight").shape[0]);
  const auto element = double(torch::elementSize(compute.dtype));
  const double given =
      pixels_of(sizes, "content") + pixels_of(sizes, "style") + pixels_of(sizes, "mask");
  return {.fixed = bytes_of_libraries + bytes_of_networks + given * (bytes_of_image + bytes_of_rgb),
          .per_pixel = 1.5 * channels * element + 2 * bytes_of_rgb,
          .per_tile_pixel = 7 * channels * element,
          .allowed = double(compute.memory)};
}

int64_t PassMemory::room(const Scale& size) const {
  const auto least = [&](const Scale& scale) {
    return fixed + area(scale) * per_pixel + std::min(area(scale), smallest_tile) * per_tile_pixel;
  };
  if (least(size) <= allowed) {
    const double most = (allowed - fixed - area(size) * per_pixel) / per_tile_pixel;
    if (most >= area(size) && area(size) <= largest_tile) return all_at_once;
    return int64_t(std::min(most, largest_tile));
  }
  const auto longest = double(std::max(size.height, size.width));
  auto side = int(longest);
  while (side > 1 && least(fitted(size.height, size.width, side)) > allowed) --side;
  throw Error(Error::Kind::OutOfMemory,
              std::format("A picture of {}x{} needs {:.0f} MiB even in small tiles and {:.0f} MiB "
                          "may be used; ",
                          size.width, size.height, least(size) / (1 << 20), allowed / (1 << 20)) +
                  (side > 1 ? std::format("size {} would fit.", side)
                            : "a smaller picture, or more memory, would do."));
}

double PassMemory::peak(const Scale& size) const {
  const double at_once = std::min(area(size), double(room(size)));
  return fixed + area(size) * per_pixel + at_once * per_tile_pixel;
}

Scale size_of(const PictureSize& content, const StyleFromImageOptions& options) {
  return fitted(content.height, content.width,
                options.size > 0 ? options.size : std::max(content.height, content.width));
}

GatysPlan plan_refining(const Sizes& sizes, const StyleFromImageOptions& options,
                        const Model& model) {
  const PictureSize content = sizes.find("content")->second.at(0);
  const double painted = area(size_of(content, options)) * 2 * bytes_of_rgb;
  return plan_refining(sizes,
                       {.steps = options.refine,
                        .size = options.size,
                        .style_scale = options.style_scale,
                        .common = options.common},
                       model, load_stylizer(TensorFile(model.file))->encoder,
                       bytes_of_networks + painted);
}

Need style_from_image_need(const Sizes& sizes, const StyleFromImageOptions& options) {
  const PictureSize content = sizes.find("content")->second.at(0);
  const Compute compute = resolve(options.common);
  const Model model = find_model(options.model, "style-decoder", options.models);
  const Scale size = size_of(content, options);
  const std::string kind = std::format(
      "style-from-image {} {} {} {}, refined {} times, {} style(s), {} masks{}{}",
      model.sha256.substr(0, 12), name_of(compute), name_of(compute.dtype), options.statistics,
      options.refine, count_of(sizes, "style"), count_of(sizes, "mask"),
      options.strength == 1 ? "" : ", weaker",
      options.style_scale == 1 ? "" : std::format(", styles x {}", options.style_scale));
  double bytes = pass_memory(sizes, TensorFile(model.file), compute).peak(size);
  int tiles = 1;
  if (options.refine > 0 && options.strength > 0) {
    const GatysPlan refining =  plan_refining(sizes, options, model);
    bytes = std::max(bytes, refining.peak());
    tiles = int(refining.tiles_at(size, 2).size());
  }
  return {.compute = compute,
          .precision = name_of(compute.dtype),
          .width = size.width,
          .height = size.height,
          .tiles = tiles,
          .bytes = bytes,
          .work = {{kind, 1, area(size), [=] { return call_costs(kind, sizes, options); }},
                   resizing(content.pixels() + pixels_of(sizes, "style"))}};
}

}  // namespace pastiche
