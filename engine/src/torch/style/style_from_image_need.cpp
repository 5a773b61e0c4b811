#include <algorithm>
#include <cmath>
#include <format>

#include "pastiche/error.hpp"
#include "nets/image_stylizer.hpp"
#include "pastiche/models.hpp"
#include "style/scales.hpp"
#include "style/style_from_image.hpp"

namespace pastiche {
namespace {

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

/// Measured: at the peak about nine maps as wide as the decoder's end are alive (also with weights
/// for the places), and the picture a few times.
double bytes_needed(const Scale& size, const TensorFile& file, const Compute& compute) {
  const auto channels = double(file.at("encoder.conv1_1.weight").shape[0]);
  const double per_pixel =
      channels * 9 * double(torch::elementSize(compute.dtype)) + 8 * bytes_of_rgb;
  const double needed = area(size) * per_pixel;
  const auto allowed = double(compute.memory);
  if (needed <= allowed) return needed;
  const auto longest = double(std::max(size.height, size.width));
  auto side = int(std::sqrt(allowed / needed) * longest);
  // The shorter side is rounded, up perhaps.
  while (side > 1 && area(fitted(size.height, size.width, side)) * per_pixel > allowed) --side;
  throw Error(Error::Kind::OutOfMemory,
              std::format("A picture of {}x{} needs {:.0f} MiB and {:.0f} MiB may be used; size {} "
                          "would fit.",
                          size.width, size.height, needed / (1 << 20), allowed / (1 << 20), side));
}

GatysPlan plan_refining(const Sizes& sizes, const StyleFromImageOptions& options,
                        const Model& model) {
  const ImageStylizer stylizer = load_stylizer(TensorFile(model.file));
  std::string layers;
  for (const std::string& layer : stylizer->layers()) layers += (layers.empty() ? "" : ",") + layer;
  const GatysOptions steps = {
      .size = options.size,
      .min_size = 1 << 16,  // a single scale
      .steps = options.refine,
      .first_steps = options.refine,
      .content_weight = 0.1,
      .tv_weight = 0.5,
      .content_layers = first_layer(std::min(stylizer->blocks(), 4)),
      .style_layers = layers,
      .optimiser = "preconditioned",
      .style_scale = options.style_scale,
      .common = options.common,
  };
  return plan_gatys(sizes, steps, model, stylizer->encoder);
}

Need style_from_image_need(const Sizes& sizes, const StyleFromImageOptions& options) {
  const PictureSize content = sizes.find("content")->second.at(0);
  const Compute compute = resolve(options.common);
  const Model model = find_model(options.model, "style-decoder", options.models);
  const Scale size =
      fitted(content.height, content.width,
             options.size > 0 ? options.size : std::max(content.height, content.width));
  const std::string kind = std::format(
      "style-from-image {} {} {} {}, refined {} times, {} style(s), {} masks{}{}",
      model.sha256.substr(0, 12), name_of(compute), name_of(compute.dtype), options.statistics,
      options.refine, count_of(sizes, "style"), count_of(sizes, "mask"),
      options.strength == 1 ? "" : ", weaker",
      options.style_scale == 1 ? "" : std::format(", styles x {}", options.style_scale));
  const double given = content.pixels() + pixels_of(sizes, "style") + pixels_of(sizes, "mask");
  double bytes = bytes_of_libraries + given * (bytes_of_image + bytes_of_rgb) +
                 bytes_needed(size, TensorFile(model.file), compute);
  int tiles = 1;
  if (options.refine > 0 && options.strength > 0) {
    const GatysPlan refining = plan_refining(sizes, options, model);
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
