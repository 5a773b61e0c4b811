#include "style/gatys_memory.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "nets/encoder_pass.hpp"
#include "pastiche/error.hpp"
#include "pastiche/weighted_list.hpp"
#include "style/tiled_encoder.hpp"

namespace pastiche {
namespace {

constexpr double bytes_of_image = 4 * 4, bytes_of_rgb = 3 * 4;
constexpr double bytes_of_libraries = 200e6;  // LibTorch's code, work space, small statistics
constexpr double mebi = 1024 * 1024;
constexpr int smallest_size = 16;  // none below it is worth naming

double pixels_of(const Pictures& pictures, const char* input) {
  double pixels = 0;
  if (const auto found = pictures.find(input); found != pictures.end())
    for (const Image& image : found->second) pixels += double(image.width) * image.height;
  return pixels;
}

double share_of(const std::string& layer) { return std::pow(stride_of(layer), -2); }

/// Channels of a layer.
int64_t width_of(Encoder encoder, const std::string& layer) {
  return encoder->named_parameters()["conv" + layer.substr(4) + ".bias"].size(0);
}

/// The largest `size` that needs no more than is allowed, 0 when none does.
int fitting_size(const GatysMemory& memory, const Image& content, GatysOptions options,
                 double allowed) {
  const auto fits = [&](int size) {
    options.size = size;
    const double side = working_side(content.height, content.width, options);
    return memory.least(fitted(content.height, content.width, side)) <= allowed;
  };
  int low = 0, high = 1 << 16;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

double GatysMemory::least(const Scale& scale) const {
  const auto pixels = double(scale.height * scale.width);
  return fixed + pixels * per_pixel + double(scale.width) * per_column +
         std::min(pixels, double(smallest_tile)) * per_tile_pixel;
}

GatysMemory memory_of(Encoder encoder, const std::set<std::string>& layers,
                      const Pictures& pictures, const GatysOptions& options,
                      const Compute& compute) {
  const auto element = double(torch::elementSize(compute.dtype));
  const double content = pixels_of(pictures, "content"), masks = pixels_of(pictures, "mask");
  GatysMemory memory;
  // The styles' own tensors, and those at a scale.
  memory.fixed = bytes_of_libraries + content * (bytes_of_image + bytes_of_rgb) +
                 pixels_of(pictures, "style") * (bytes_of_image + 2 * bytes_of_rgb) +
                 masks * (bytes_of_image + 4) +
                 pixels_of(pictures, "init-picture") * (bytes_of_image + bytes_of_rgb);
  // The content, and the optimiser's.
  const int optimiser = options.optimiser == "lbfgs" ? 2 * options.history + 8 : 5;
  memory.per_pixel = (1 + optimiser) * bytes_of_rgb;
  for (const Weighted& layer : parse_weighted(options.content_layers, "content-layers"))
    if (encoder->has(layer.name))
      memory.per_pixel += double(width_of(encoder, layer.name)) * element * share_of(layer.name);
  if (const auto found = pictures.find("mask"); found != pictures.end())
    memory.per_pixel += double(found->second.size()) * 4 * 3;  // each with its layers' sizes
  const Padding padding = options.tileable ? Padding::Circular : encoder->padding;
  const auto pass = make_pass(encoder, layers, padding, compute.dtype);
  memory.per_column = pass->bytes_per_column();
  memory.per_tile_pixel = pass->bytes_per_pixel();
  memory.smallest_tile = smallest_room(*encoder, layers);
  return memory;
}

int64_t tile_room(const GatysMemory& memory, const Scale& scale, const Image& content,
                  const GatysOptions& options, const Compute& compute) {
  const auto allowed = double(compute.memory), needed = memory.least(scale);
  const int64_t pixels = scale.height * scale.width;
  if (needed <= allowed) {
    const double smallest = std::min(double(pixels), double(memory.smallest_tile));
    const double room = smallest + (allowed - needed) / memory.per_tile_pixel;
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
