#include "style/gatys_memory.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "pastiche/error.hpp"
#include "style/scales.hpp"

namespace pastiche {
namespace {

/// Per pixel of the content itself: the picture in and out, and its colours as
/// tensors, in float32.
constexpr double bytes_of_content = 4 * (4 + 4 + 3 * 4);

constexpr double fixed_bytes = 160e6;  // libraries' work space, small statistics

constexpr double mebi = 1024 * 1024;
constexpr int smallest = 16;  // no size below it is worth naming

double bytes_needed(int64_t height, int64_t width, const Scale& scale, double bytes_per_pixel) {
  return double(height) * double(width) * bytes_of_content + fixed_bytes +
         double(scale.height * scale.width) * bytes_per_pixel;
}

Scale scale_of(int64_t height, int64_t width, const GatysOptions& options) {
  return fitted(height, width, working_side(height, width, options));
}

/// The largest `size` that needs no more than `allowed` bytes, 0 when none does.
int fitting_size(int64_t height, int64_t width, GatysOptions options, double bytes_per_pixel,
                 double allowed) {
  const double pixels =
      std::max(0.0, allowed - bytes_needed(height, width, {}, bytes_per_pixel)) / bytes_per_pixel;
  const double aspect = double(std::max(height, width)) / double(std::min(height, width));
  options.size = int(std::sqrt(options.size_by == "area" ? pixels : pixels * aspect));
  // Sides are rounded to whole pixels, which may be one row too many.
  while (options.size > 0 &&
         bytes_needed(height, width, scale_of(height, width, options), bytes_per_pixel) > allowed)
    --options.size;
  return options.size;
}

int block_of(const std::string& layer) { return std::stoi(layer.substr(4)); }  // "relu4_1"

}  // namespace

double bytes_per_pixel(Encoder encoder, const std::set<std::string>& layers,
                       const GatysOptions& options, const Compute& compute) {
  const auto element = double(torch::elementSize(compute.dtype));
  const auto parameters = encoder->named_parameters();
  const auto& all = encoder->layers();
  double kept = 0, widest = 0;
  std::size_t left = layers.size();
  for (std::size_t i = 0; i < all.size() && left > 0; ++i) {
    const auto& weight = parameters["conv" + all[i].substr(4) + ".weight"];
    const double share = std::pow(0.25, block_of(all[i]) - 1);
    const auto in = double(weight.size(1)), out = double(weight.size(0));
    kept += (in + out) * element * share;  // the padded input, and what ReLU leaves
    if (i + 1 < all.size() && block_of(all[i + 1]) > block_of(all[i]))
      kept += out * (8 + element) * share / 4;  // pooling's indices and result
    // On the way back: gradients of three stages, and float32 copies for the statistics.
    widest = std::max(widest, (in + 2 * out) * element * share + 8 * out * share);
    left -= layers.count(all[i]);
  }
  const int pictures = options.optimiser == "lbfgs" ? 2 * options.history + 10 : 10;
  return kept + widest + pictures * 3 * 4;
}

void check_memory(int64_t height, int64_t width, const GatysOptions& options,
                  double bytes_per_pixel, const Compute& compute) {
  const Scale scale = scale_of(height, width, options);
  const double needed = bytes_needed(height, width, scale, bytes_per_pixel);
  const auto allowed = double(compute.memory);
  if (needed <= allowed) return;

  const int size = fitting_size(height, width, options, bytes_per_pixel, allowed);
  throw Error(Error::Kind::OutOfMemory,
              std::format("Painting at {} x {} pixels needs about {:.0f} MiB and {:.0f} MiB may be "
                          "used; ",
                          scale.width, scale.height, needed / mebi, allowed / mebi) +
                  (size < smallest ? "a smaller picture, or more memory, would do."
                                   : std::format("size {} would fit.", size)));
}

}  // namespace pastiche
