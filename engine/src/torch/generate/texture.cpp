#include "generate/texture.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>

#include "device.hpp"
#include "generate/field.hpp"
#include "generate/latents.hpp"
#include "generate/placing.hpp"
#include "nets/circular.hpp"
#include "nets/texture_net.hpp"
#include "style/row_blend.hpp"
#include "tensor_image.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

/// {1, textures of the model}, summing to one.
torch::Tensor blend_of(const std::string& text, const Model& model) {
  torch::Tensor blend = torch::zeros({1, int64_t(model.styles.size())});
  for (const Weighted& entry : parse_blend(text, "texture", model.styles.at(0))) {
    const auto found = std::ranges::find(model.styles, entry.name);
    if (found == model.styles.end())
      throw Error(Error::Kind::BadSetting, "The model has no texture " + in_quotes(entry.name) +
                                               "; it has " + listed(model.styles) + ".");
    blend[0][found - model.styles.begin()] = entry.weight;
  }
  return blend;
}

/// The first of these steps that is as large as the mean.
std::size_t ordinary(const std::vector<double>& steps) {
  const double mean = std::accumulate(steps.begin(), steps.end(), 0.0) / double(steps.size());
  std::size_t nearest = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto off = [&](std::size_t line) { return std::abs(steps[line] / mean - 1); };
    // The first, not the best: which is best, rounding may decide.
    if (off(i) < 0.02) return i;
    if (off(i) < off(nearest)) nearest = i;
  }
  return nearest;
}

/// A picture that goes round and round may be cut anywhere: of each axis at the first line whose
/// step from the one before is as large as the mean, so that a border is like what is inside.
void cut_where_ordinary(Image& image) {
  const int width = image.width, height = image.height;
  std::vector<double> rows(std::size_t(height), 0), columns(std::size_t(width), 0);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float* above = image.at(x, (y + height - 1) % height);
      const float* before = image.at((x + width - 1) % width, y);
      for (int c = 0; c < 3; ++c) {
        rows[std::size_t(y)] += std::abs(image.at(x, y)[c] - above[c]);
        columns[std::size_t(x)] += std::abs(image.at(x, y)[c] - before[c]);
      }
    }
  const auto top = int(ordinary(rows)), left = int(ordinary(columns));
  float* end = image.pixels.data() + image.pixels.size();
  std::rotate(image.at(0, 0), image.at(0, top), end);
  for (int y = 0; y < height; ++y)
    std::rotate(image.at(0, y), image.at(left, y), image.at(0, y) + width * Image::channels);
}

/// One texture on its way to a picture.
struct Making {
  TextureNet& net;
  const TextureNoise& noise;
  const torch::Tensor& blend;
  const TextureNetImpl::Told& tell;
};

/// The picture that a field of its own size makes, or the middle of a larger one.
Image by_blocks(const Making& making, const TextureOptions& options) {
  Image image(options.width, options.height);
  const torch::Tensor colours = colours_of(image)[0];
  const int64_t off = options.tileable ? 0 : texture_margin;
  making.net->paint(
      making.noise, making.blend, making.tell, [&](const Block& block, const torch::Tensor& made) {
        const auto clipped = [off](const Lines& lines, int64_t size) {
          return Lines{std::max(off, lines.first), std::min(off + size, lines.last), size};
        };
        const Lines rows = clipped(block.rows, image.height);
        const Lines columns = clipped(block.columns, image.width);
        if (rows.first >= rows.last || columns.first >= columns.last) return;
        const auto part = [&](const torch::Tensor& of, int64_t top, int64_t left) {
          return of.narrow(1, rows.first - top, rows.last - rows.first)
              .narrow(2, columns.first - left, columns.last - columns.first);
        };
        part(colours, off, off)
            .copy_(part(made[0], block.rows.first, block.columns.first).clamp(0, 1));
      });
  for (std::size_t i = 3; i < image.pixels.size(); i += Image::channels) image.pixels[i] = 1;
  return image;
}

/// The picture asked for.
Image make(const Making& making, const TextureOptions& options) {
  Image image;
  if (options.zoom == 1) {
    image = by_blocks(making, options);
  } else {
    torch::Tensor made =
        making.net(making.noise, making.blend, making.tell).cpu().to(torch::kFloat32);
    if (options.tileable)
      made = circular_resize(made, options.height, options.width);
    else
      made = made.narrow(2, texture_margin, made.size(2) - 2 * texture_margin)
                 .narrow(3, texture_margin, made.size(3) - 2 * texture_margin);
    image = placed(made.clamp(0, 1), options.width, options.height, "stretch");
  }
  if (options.tileable) cut_where_ordinary(image);
  return image;
}

}  // namespace

Result texture(const TextureOptions& options, const Progress& progress) {
  torch::NoGradGuard no_grad;
  const Compute compute = resolve(options.common);
  const Model model = find_model(options.model, "texture", options.models);
  const torch::Tensor blend = blend_of(options.texture, model).to(compute.device, compute.dtype);
  const TextureField field = field_of(options);
  TextureNet net = load_texture(TensorFile(model.file));
  texture_bytes(field, options, net->width(), compute);
  net->to(compute.device, compute.dtype);
  std::vector<Result> results;
  for (int i = 0; i < options.count; ++i) {
    const auto tell = [&](double done) {
      if (!progress((i + done) / options.count,
                    std::format("Texture {} of {}", i + 1, options.count)))
        throw Cancelled("Stopped before the texture was made.");
    };
    tell(0);
    const int seed = seed_after(options.common.seed, i);
    const TextureNoise noise = net->noise(field.height, field.width, {std::uint64_t(seed)});
    results.push_back({make({net, noise, blend, tell}, options),
                       {{"model", model.name},
                        {"model-sha256", model.sha256},
                        {"device", name_of(compute)},
                        {"precision", compute.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
                        {"texture", options.texture.empty() ? model.styles[0] : options.texture}},
                       {{"seed", std::to_string(seed)}, {"count", "1"}}});
  }
  return as_one(std::move(results));
}

}  // namespace pastiche
