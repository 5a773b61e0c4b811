#include "style/fast_style.hpp"

#include <algorithm>
#include <cmath>

#include "device.hpp"
#include "pastiche/models.hpp"
#include "stream/row_store.hpp"
#include "style/row_blend.hpp"
#include "style/stream_net.hpp"
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

void go_on(const Progress& progress, double done) {
  if (!progress(done, "Painting")) throw Cancelled("Stopped before the picture was painted.");
}

/// One pass over {1, 3, H, W} on the CPU, by bands, within the memory allowed. Returns the
/// precision. `taken`: bytes of the pictures.
std::string stream_through(Painter& painter, const torch::Tensor& from, const torch::Tensor& to,
                           const FastStyleOptions& options, std::size_t memory, std::size_t taken,
                           const Progress& progress) {
  const stream::Kernels& kernels = stream::best_kernels(options.common.precision != "fp32");
  std::atomic<bool> broken = false;
  if (!stream::paint(network_of(painter.net, painter.blend), kernels,
                     canvas_between(from, to, broken),
                     {.memory = memory,
                      .taken = taken,
                      .threads = at::get_num_threads(),
                      .folder = stream::spill_folder()},
                     [&](double done) { return progress(0.1 + 0.85 * done, "Painting"); }))
    throw Cancelled("Stopped before the picture was painted.");
  if (broken)
    throw Error(Error::Kind::Internal,
                "The network's weights gave NaN or infinity for this picture.");
  return kernels.bf16 ? "bf16" : "fp32";
}

/// The same on a card, whole.
torch::Tensor pass_through(Painter& painter, const torch::Tensor& picture, const Compute& compute) {
  painter.net->to(compute.device, compute.dtype);
  const int64_t height = picture.size(2), width = picture.size(3);
  // The network wants multiples of 4.
  const torch::Tensor input =
      torch::replication_pad2d(picture, {0, (4 - width % 4) % 4, 0, (4 - height % 4) % 4});
  return painter
      .net(input.to(compute.device, compute.dtype), painter.blend.to(compute.device, compute.dtype))
      .narrow(2, 0, height)
      .narrow(3, 0, width)
      .to(torch::kCPU, torch::kFloat32)
      .clamp(0, 1);
}

/// `styled` with the colours and in the strength asked for, some rows at a time; where `content`
/// is transparent it keeps its own colours.
void finish(Image& styled, const Image& content, const torch::Tensor& picture,
            const FastStyleOptions& options) {
  const bool hidden = has_hidden(content);
  if (!hidden && options.colour == "style" && options.strength == 1) return;
  ColourMap match;
  if (options.colour == "match") match = colour_match(colours_of(styled), picture);
  const int64_t step = std::max(1, (1 << 18) / content.width);
  for (int64_t row = 0; row < content.height; row += step) {
    const auto rows = [&](const torch::Tensor& x) {
      return x.narrow(2, row, std::min(step, content.height - row));
    };
    const torch::Tensor original = rows(picture).clamp(0, 1), painted = rows(colours_of(styled));
    torch::Tensor colours = painted;
    if (options.colour == "luminance") colours = keep_colour(colours, original);
    if (options.colour == "match") colours = match(colours);
    colours = torch::lerp(original, colours, options.strength);
    if (hidden)
      colours = torch::where(rows(alpha_tensor(content, torch::kCPU)) > 0, colours,
                             rows(colours_of(content)));
    painted.copy_(colours);
  }
}

}  // namespace

Result fast_style(const Image& content, const FastStyleOptions& options, const Progress& progress) {
  const Compute compute = resolve(options.common);
  if (options.strength == 0) return {content, {{"device", name_of(compute)}}};
  torch::NoGradGuard no_grad;

  const Model model = find_model(options.model, "transformer", options.models);
  Painter painter = make_painter(model, options);
  go_on(progress, 0.1);
  const auto [height, width] = working_size(content, options.size);
  // Without hidden pixels the picture itself serves, not a copy.
  const torch::Tensor picture =
      has_hidden(content) ? to_tensor(content, torch::kCPU) : colours_of(content);
  const bool own_size = height == content.height && width == content.width;
  const torch::Tensor input = own_size ? picture : resize(picture.clamp(0, 1), height, width);

  Image styled = content;
  std::string precision = compute.dtype == torch::kBFloat16 ? "bf16" : "fp32";
  torch::Tensor output = own_size ? colours_of(styled) : torch::empty({1, 3, height, width});
  if (compute.device.is_cpu()) {
    const std::size_t bytes = 2 * content.pixels.size() * sizeof(float) +
                              (own_size ? 0 : 2 * input.nbytes() + picture.nbytes());
    precision = stream_through(painter, input, output, options, compute.memory, bytes, progress);
  } else {
    output = pass_through(painter, input, compute);
  }
  if (!own_size || !compute.device.is_cpu())
    colours_of(styled).copy_(resize(output, content.height, content.width));
  finish(styled, content, picture, options);
  if (!progress(0.95, "Finishing")) throw Cancelled("Stopped before the picture was finished.");
  painter.facts.insert({{"model", model.name},
                        {"model-sha256", model.sha256},
                        {"device", name_of(compute)},
                        {"precision", precision}});
  return {std::move(styled), painter.facts};
}

}  // namespace pastiche
