#include "style/gatys_memory.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "nets/encoder_pass.hpp"
#include "pastiche/error.hpp"
#include "pastiche/weighted_list.hpp"
#include "predict/need.hpp"
#include "style/tiled_encoder.hpp"

namespace pastiche {
namespace {

constexpr double mebi = 1024 * 1024;
constexpr int smallest_size = 16;  // none below it is worth naming

double share_of(const std::string& layer) { return std::pow(stride_of(layer), -2); }

/// Channels of a layer.
int64_t width_of(Encoder encoder, const std::string& layer) {
  return encoder->named_parameters()["conv" + layer.substr(4) + ".bias"].size(0);
}

/// The largest `size` that needs no more than is allowed, 0 when none does.
int fitting_size(const GatysMemory& memory, const PictureSize& content, GatysOptions options,
                 double allowed) {
  const auto fits = [&](int size) {
    options.size = size;
    const double side = working_side(content.height, content.width, options);
    return memory.peak(memory.least_painting(fitted(content.height, content.width, side))) <=
           allowed;
  };
  int low = 0, high = 1 << 16;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

double GatysMemory::painting(const Scale& scale, int64_t tile_height, int64_t tile_width) const {
  return fixed + double(scale.height * scale.width) * per_pixel +
         double(tile_height * tile_width) * per_tile_pixel + under_way(tile_height, tile_width);
}

double GatysMemory::least_painting(const Scale& scale) const {
  const int64_t height = std::max<int64_t>(1, smallest_tile / scale.width);
  return painting(scale, std::min(scale.height, height), scale.width);
}

GatysMemory memory_of(Encoder encoder, const std::set<std::string>& layers, const Sizes& sizes,
                      const GatysOptions& options, const Compute& compute) {
  const auto element = double(torch::elementSize(compute.dtype));
  const double content = pixels_of(sizes, "content"), masks = pixels_of(sizes, "mask"),
               styles = pixels_of(sizes, "style"), start = pixels_of(sizes, "init-picture");
  GatysMemory memory;
  memory.fixed = bytes_of_libraries + masks * (bytes_of_image + 4) +
                 (content + styles + start) * (bytes_of_image + bytes_of_rgb);
  // A picture made smaller goes through two copies; the last, made an Image, through four.
  memory.ends = std::max(2 * bytes_of_rgb * styles, 60 * content);
  // Of a tileable picture three by three lie side by side.
  if (options.tileable) memory.ends = std::max(memory.ends, 9 * 2 * bytes_of_rgb * content);
  // The content, and the optimiser's.
  const PictureSize& size = sizes.find("content")->second.at(0);
  const int steps = plan_scales(size.height, size.width, options).back().steps;
  const int corrections = std::min(options.history, steps - 1);
  const int optimiser = options.optimiser == "adam"    ? 5
                        : options.optimiser == "lbfgs" ? 2 * corrections + 8
                                                       : 2 * corrections + 11;
  memory.per_pixel = (1 + optimiser) * bytes_of_rgb;
  for (const Weighted& layer : parse_weighted(options.content_layers, "content-layers"))
    if (encoder->has(layer.name))
      memory.per_pixel += double(width_of(encoder, layer.name)) * element * share_of(layer.name);
  if (const auto found = sizes.find("mask"); found != sizes.end())
    memory.per_pixel += double(found->second.size()) * 4 * 3;  // each with its layers' sizes
  const Padding padding = options.tileable ? Padding::Circular : encoder->padding;
  const auto pass = make_pass(encoder, layers, padding, compute.dtype);
  memory.per_tile_pixel = pass->bytes_per_pixel();
  memory.under_way = pass->bytes_under_way();
  double parameters = 0;
  for (const torch::Tensor& weight : encoder->parameters()) parameters += double(weight.numel());
  // The content's pass and, for a while, the styles'.
  memory.fixed += parameters * (element + 2 * pass->bytes_per_parameter());
  memory.smallest_tile = smallest_room(*encoder, layers);
  return memory;
}

int64_t tile_room(const GatysMemory& memory, const Scale& scale, const PictureSize& content,
                  const GatysOptions& options, const Compute& compute) {
  const double allowed = double(compute.memory), painting = memory.least_painting(scale),
               needed = memory.peak(painting);
  const int64_t pixels = scale.height * scale.width;
  if (needed <= allowed) {
    const double smallest = std::min(double(pixels), double(memory.smallest_tile));
    const double room = smallest + (allowed - painting) / memory.per_tile_pixel;
    return room < double(pixels) ? int64_t(room) : pixels;
  }
  const int size = fitting_size(memory, content, options, allowed);
  throw Error(Error::Kind::OutOfMemory,
              std::format("Painting at {} x {} pixels needs {:.0f} MiB even in small tiles, and "
                          "{:.0f} MiB may be used; ",
                          scale.width, scale.height, std::ceil(needed / mebi), allowed / mebi) +
                  (size < smallest_size ? "a smaller picture, or more memory, would do."
                                        : std::format("size {} would fit.", size)));
}

}  // namespace pastiche
