#include "generate/field.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "nets/texture_net.hpp"
#include "pastiche/error.hpp"
#include "predict/need.hpp"

namespace pastiche {
namespace {

/// Kept for a pixel: noise, and for each channel of the last level what the levels of an eighth and
/// a quarter of the size have; or, for a field that is brought to another size, what comes of it
/// there.
constexpr double bytes_of_noise = 6, bytes_of_levels = 0.25 + 0.75, bytes_resized = 48;

/// Measured: of the block that is made at a time a pixel, also of those around it, takes so many
/// floats for each channel of the last level; between blocks so much is kept free.
constexpr double block_floats = 11.5, pixels_around = 12, kept_free = 32 << 20;

/// `needed`, where no more is allowed.
double checked(double needed, const Compute& compute, const char* what, std::size_t count,
               const PictureSize& size) {
  if (needed <= double(compute.memory)) return needed;
  throw Error(
      Error::Kind::OutOfMemory,
      std::format("{} {} of {}x{} need {:.0f} MiB and {} MiB may be used; fewer or "
                  "smaller ones would fit.",
                  count, what, size.width, size.height, needed / (1 << 20), compute.memory >> 20));
}

}  // namespace

TextureField field_of(const TextureOptions& options) {
  const auto scaled = [&](int side) {
    const auto length = std::max<int64_t>(1, std::llround(side / options.zoom));
    return length + (options.tileable ? 0 : 2 * texture_margin);
  };
  return {scaled(options.height), scaled(options.width)};
}

double texture_bytes(const TextureField& field, const TextureOptions& options, int64_t channels,
                     const Compute& compute) {
  const PictureSize asked = {options.width, options.height};
  const double made = double(field.height) * double(field.width);
  const auto side = [](int64_t of) {
    return std::min<double>(double(of), texture_block + pixels_around);
  };
  const double block =
      side(field.height) * side(field.width) * block_floats * 4 * double(channels) +
      (std::max(field.height, field.width) > texture_block ? kept_free : 0);
  const double kept = (bytes_of_noise + bytes_of_levels * double(channels)) * made +
                      bytes_of_image * asked.pixels();
  const double most =
      options.zoom == 1 ? kept : std::max(kept, bytes_resized * std::max(made, asked.pixels()));
  return checked(
      bytes_of_libraries + block + most + bytes_of_image * asked.pixels() * (options.count - 1),
      compute, "texture(s)", std::size_t(options.count), asked);
}

PictureSize sample_size(const GenerateOptions& options, const GeneratorPlan& plan,
                        const PictureSize* content) {
  if (options.width > 0 && options.height > 0) return {options.width, options.height};
  const PictureSize own = content ? *content : PictureSize{int(plan.width), int(plan.height)};
  if (options.width > 0)
    return {options.width,
            std::max(1, int(std::lround(double(own.height) * options.width / own.width)))};
  if (options.height > 0)
    return {std::max(1, int(std::lround(double(own.width) * options.height / own.height))),
            options.height};
  return own;
}

/// All pictures are kept until the last is made, and twice when they go on a sheet.
double sample_bytes(const PictureSize& size, std::size_t count, bool grid, const Compute& compute) {
  return checked(
      bytes_of_libraries + size.pixels() * bytes_of_image * double(count) * (grid ? 2 : 1), compute,
      "picture(s)", count, size);
}

}  // namespace pastiche
