#include "style/fast_style.hpp"

#include <algorithm>
#include <cmath>

#include "device.hpp"
#include "pastiche/models.hpp"
#include "style/row_blend.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

/// Height and width worked at: `size` on the longest side, or the picture's own.
std::pair<int64_t, int64_t> working_size(const Image& content, int size) {
  const int longest = std::max(content.width, content.height);
  if (size == 0 || size == longest) return {content.height, content.width};
  const double scale = double(size) / longest;
  return {std::max<int64_t>(1, std::llround(content.height * scale)),
          std::max<int64_t>(1, std::llround(content.width * scale))};
}

/// At the peak the first convolution's input, padded, and output are alive.
std::size_t bytes_needed(int64_t height, int64_t width, int64_t channels, std::size_t element) {
  return std::size_t(height) * width * (std::size_t(channels) * 4 * element + 12 * 4 * 2);
}

void check_memory(std::size_t needed, const Compute& compute, int64_t height, int64_t width) {
  if (needed <= compute.memory) return;
  const double scale = std::sqrt(double(compute.memory) / double(needed));
  throw Error(Error::Kind::OutOfMemory,
              "A picture of " + std::to_string(width) + "x" + std::to_string(height) + " needs " +
                  std::to_string(needed >> 20) + " MiB and " +
                  std::to_string(compute.memory >> 20) + " MiB may be used; size " +
                  std::to_string(int(scale * double(std::max(height, width)))) + " would fit.");
}

/// The network wants multiples of 4: the picture is continued by reflection.
torch::Tensor to_multiple_of_four(const torch::Tensor& x) {
  const int64_t right = (4 - x.size(3) % 4) % 4, bottom = (4 - x.size(2) % 4) % 4;
  if (right == 0 && bottom == 0) return x;
  return torch::replication_pad2d(x, {0, right, 0, bottom});
}

}  // namespace

Result fast_style(const Image& content, const FastStyleOptions& options, const Progress& progress) {
  const Compute compute = resolve(options.common);
  if (options.strength == 0) return {content, {{"device", name_of(compute)}}};
  torch::NoGradGuard no_grad;

  const Model model = find_model(options.model, "transformer", options.models);
  Painter painter = make_painter(model, options);
  TransformerNet& net = painter.net;
  const auto [height, width] = working_size(content, options.size);
  check_memory(bytes_needed(height, width, net->width(), torch::elementSize(compute.dtype)),
               compute, height, width);
  if (!progress(0.1, "Painting")) throw Cancelled("Stopped before the picture was painted.");

  net->to(compute.device, compute.dtype);
  const torch::Tensor picture = to_tensor(content, compute.device);
  const torch::Tensor input = to_multiple_of_four(resize(picture, height, width));
  torch::Tensor styled =
      net(input.to(compute.dtype), painter.blend.to(compute.device, compute.dtype))
          .narrow(2, 0, height)
          .narrow(3, 0, width)
          .to(torch::kFloat32)
          .clamp(0, 1);
  styled = resize(styled, content.height, content.width);
  if (options.colour == "luminance") styled = keep_colour(styled, picture);
  if (options.colour == "match") styled = match_colour(styled, picture);
  if (!progress(0.95, "Finishing")) throw Cancelled("Stopped before the picture was finished.");
  painter.facts.insert({{"model", model.name},
                        {"model-sha256", model.sha256},
                        {"device", name_of(compute)},
                        {"precision", compute.dtype == torch::kBFloat16 ? "bf16" : "fp32"}});
  return {to_image(torch::lerp(picture, styled, options.strength), content), painter.facts};
}

}  // namespace pastiche
