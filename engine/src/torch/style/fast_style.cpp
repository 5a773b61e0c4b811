#include "style/fast_style.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "device.hpp"
#include "hidden_fill.hpp"
#include "pastiche/models.hpp"
#include "stream/resize_rows.hpp"
#include "stream/row_store.hpp"
#include "style/overlay.hpp"
#include "style/pass_in_tiles.hpp"
#include "style/refine.hpp"
#include "style/stream_net.hpp"
#include "tensor_image.hpp"

namespace pastiche {

stream::Grid working_size(const PictureSize& picture, int size) {
  const int longest = std::max(picture.width, picture.height);
  const double scale = size == 0 ? 1 : double(size) / longest;
  return {std::max(1, int(std::lround(picture.width * scale))),
          std::max(1, int(std::lround(picture.height * scale)))};
}

std::size_t bytes_in_memory(const CommonOptions& options) {
  constexpr std::size_t libraries = 200'000'000, by_default = std::size_t(2) << 30;
  const std::size_t all = options.memory > 0 ? std::size_t(options.memory) << 20 : by_default;
  return all - std::min(all, libraries);
}

bool is_approximate(const PictureSize& picture, const FastStyleOptions& options) {
  const auto [width, height] = working_size(picture, options.size);
  return options.pass == "approximate" && std::max(width, height) > sampled_side;
}

namespace {

[[noreturn]] void stop() { throw Cancelled("Stopped before the picture was painted."); }

void go_on(const Progress& progress, double done) {
  if (!progress(done, "Painting")) stop();
}

/// The network wants multiples of 4.
torch::Tensor padded(const torch::Tensor& x) {
  return torch::replication_pad2d(x, {0, (4 - x.size(3) % 4) % 4, 0, (4 - x.size(2) % 4) % 4});
}

/// One call: a picture that is painted over, in its place.
class Repainting {
 public:
  /// `refining`: how it is brought nearer to the style; none for a single pass.
  Repainting(Image& picture, const FastStyleOptions& options, const Compute& compute,
             const std::optional<FastRefining>& refining, const Progress& progress)
      : picture_(picture),
        options_(options),
        compute_(compute),
        refining_(refining),
        progress_(progress) {}

  /// Returns the precision.
  std::string run(Painter& painter);

 private:
  std::string by_parts(Painter& painter, const Image& original, Overlay& overlay);
  std::string pass_over(Painter& painter, const Image& original);
  decltype(TilesPass::paint) tile_painter(Painter& painter, const torch::Tensor& samples);
  torch::Tensor through(Painter& painter, const torch::Tensor& x);
  void pass_in_tiles(Painter& painter, stream::Grid size, const ReadRow& read,
                     const decltype(TilesPass::take)& take);
  bool tell(double done) { return progress_(0.1 + pass_ * done, "Painting"); }
  stream::Limits limits() const;
  void refine_over(const Image& original, Overlay& overlay);
  void finish(const Image& original, Overlay& overlay);
  void match_colours(const Image& original);

  Image& picture_;
  const FastStyleOptions& options_;
  const Compute& compute_;
  const std::optional<FastRefining>& refining_;
  const Progress& progress_;
  const int threads_ = at::get_num_threads();
  const double pass_ = refining_ ? 0.2 : 0.85;  // of the work
  const bool approximate_ = is_approximate({picture_.width, picture_.height}, options_);
  const stream::Kernels& kernels_ = stream::kernels_for(options_.common.precision);
  std::size_t taken_ = 0;  // bytes of the pictures
  double done_ = 0;        // of the tiles
  std::atomic<bool> broken_ = false;
  // {1, 3, h, w} of the size worked at, on the CPU.
  torch::Tensor content_;  // where it is refined
  torch::Tensor painted_;  // where it is not laid over the picture row by row
};

std::string Repainting::run(Painter& painter) {
  // Colours can be matched only when all are there; until then the picture is needed as it was.
  const bool matches = options_.colour == "match";
  const Image kept = matches ? picture_ : Image();
  const Image& original = matches ? kept : picture_;
  Overlay overlay(picture_, broken_,
                  {.strength = matches ? 1 : float(options_.strength),
                   .luminance = options_.colour == "luminance",
                   .hidden = matches});
  taken_ = (picture_.pixels.size() + kept.pixels.size()) * sizeof(float);
  const std::string precision = compute_.device.is_cpu() || approximate_
                                    ? by_parts(painter, original, overlay)
                                    : pass_over(painter, original);
  if (refining_) refine_over(original, overlay);
  finish(original, overlay);
  return precision;
}

/// One pass on the CPU, by bands, or by tiles anywhere, within the memory allowed.
std::string Repainting::by_parts(Painter& painter, const Image& original, Overlay& overlay) {
  const stream::Grid own = {picture_.width, picture_.height},
                     worked = working_size({picture_.width, picture_.height}, options_.size);
  const bool direct = own.width == worked.width && own.height == worked.height && !refining_;
  std::optional<HiddenFill> fill;
  if (has_hidden(original)) {
    fill.emplace(original);
    taken_ += original.pixels.size() * sizeof(float) / 3;
  }
  auto read = reader_of(colours_of(original));
  if (fill) read = [&](int row, float* rgb) { fill->read(row, rgb); };
  if (!direct) {
    painted_ = torch::empty({1, 3, worked.height, worked.width});
    taken_ += painted_.nbytes();
    stream::resize_rows(own, read, worked, writer_to(painted_, broken_), threads_);
  }
  if (refining_) {
    content_ = painted_.clone();
    taken_ += content_.nbytes();
  }
  if (approximate_) {
    pass_in_tiles(painter, worked, direct ? read : reader_of(painted_),
                  [&](int top, int left, const torch::Tensor& tile) {
                    if (direct) return overlay.lay(top, left, tile);
                    painted_.narrow(2, top, tile.size(2)).narrow(3, left, tile.size(3)).copy_(tile);
                  });
  } else {
    const auto lay = [&](int row, const float* const rgb[3]) { overlay.lay(row, rgb); };
    if (!stream::paint(network_of(painter.net, painter.blend), kernels_,
                       direct ? stream::Canvas{own.width, own.height, read, lay}
                              : canvas_between(painted_, painted_, broken_),
                       limits(), [this](double done) { return tell(done); }))
      stop();
  }
  return !compute_.device.is_cpu() ? name_of(compute_.dtype) : kernels_.bf16 ? "bf16" : "fp32";
}

stream::Limits Repainting::limits() const {
  return {.memory = compute_.memory,
          .taken = taken_,
          .in_memory = bytes_in_memory(options_.common),
          .threads = threads_,
          .folder = stream::spill_folder()};
}

/// Each place by its surroundings alone, with the norms of samples of the picture.
void Repainting::pass_in_tiles(Painter& painter, stream::Grid size, const ReadRow& read,
                               const decltype(TilesPass::take)& take) {
  const int reach = stream::reach_of(int(painter.net->residuals()));
  const auto paint = tile_painter(painter, samples_of(size, read));
  taken_ += std::size_t(bytes_of_tiles(size, reach));
  TilesPass{.size = size,
            .reach = reach,
            .read = read,
            .paint = paint,
            .take = take,
            .tell =
                [this](double done) {
                  done_ = done;
                  if (!tell(done)) stop();
                }}
      .run();
}

decltype(TilesPass::paint) Repainting::tile_painter(Painter& painter,
                                                    const torch::Tensor& samples) {
  if (!compute_.device.is_cpu()) {
    painter.net->to(compute_.device, compute_.dtype);
    painter.net->keep_norms(padded(samples).to(compute_.device, compute_.dtype),
                            painter.blend.to(compute_.device, compute_.dtype));
    return [&](const torch::Tensor& x) { return through(painter, x); };
  }
  const auto going_on = [this](double) { return tell(done_); };
  const stream::Network network = network_of(painter.net, painter.blend);
  const auto norms = stream::norms_of(network, kernels_, canvas_between(samples, samples, broken_),
                                      limits(), going_on);
  if (!norms) stop();
  return [=, this](const torch::Tensor& x) {
    const torch::Tensor y = torch::empty(x.sizes());
    if (!stream::paint(network, kernels_, canvas_between(x, y, broken_), limits(), going_on,
                       &*norms))
      stop();
    return y;
  };
}

/// The same on a card, whole.
std::string Repainting::pass_over(Painter& painter, const Image& original) {
  const auto [width, height] = working_size({picture_.width, picture_.height}, options_.size);
  painter.net->to(compute_.device, compute_.dtype);
  content_ = resize(to_tensor(original, torch::kCPU), height, width);
  painted_ = through(painter, content_);
  return name_of(compute_.dtype);
}

/// Of a picture on the CPU, back there.
torch::Tensor Repainting::through(Painter& painter, const torch::Tensor& x) {
  const auto& [device, dtype, memory] = compute_;
  return painter.net(padded(x).to(device, dtype), painter.blend.to(device, dtype))
      .narrow(2, 0, x.size(2))
      .narrow(3, 0, x.size(3))
      .to(torch::kCPU, torch::kFloat32)
      .contiguous();
}

/// Nothing of a picture that is wholly transparent.
void Repainting::refine_over(const Image& original, Overlay& overlay) {
  const GatysPlan& plan = refining_->plan;
  const torch::Device device = plan.compute.device;
  torch::Tensor alpha = alpha_tensor(original, device);
  if (!(alpha.max().item<float>() > 0)) return;
  alpha = alpha.min().item<float>() < 1 ? resize(alpha, content_.size(2), content_.size(3))
                                        : torch::Tensor();
  const auto refined = refine(
      plan, painted_.clamp_(0, 1).to(device), {content_.to(device), alpha},
      {{.moments = refining_->target}},
      [&](double done, std::string_view doing) {
        return progress_(0.1 + pass_ + (0.85 - pass_) * done, doing);
      },
      [&](const torch::Tensor& so_far) {
        painted_ = so_far.cpu();
        finish(original, overlay);
        return std::move(picture_);
      });
  painted_ = refined.cpu();
}

void Repainting::finish(const Image& original, Overlay& overlay) {
  const auto lay = [&](int row, const float* const rgb[3]) { overlay.lay(row, rgb); };
  if (painted_.defined())
    stream::resize_rows({int(painted_.size(3)), int(painted_.size(2))}, reader_of(painted_),
                        {picture_.width, picture_.height}, lay, threads_);
  if (broken_)
    throw Error(Error::Kind::Internal,
                "The network's weights gave NaN or infinity for this picture.");
  if (options_.colour == "match") match_colours(original);
}

/// What was painted in the colours of the original and in the strength asked for, some rows at a
/// time.
void Repainting::match_colours(const Image& original) {
  const ColourMap match =
      colour_match(colours_of(picture_),
                   has_hidden(original) ? to_tensor(original, torch::kCPU) : colours_of(original));
  Overlay overlay(picture_, broken_, {.strength = float(options_.strength)});
  const int step = std::max(1, (1 << 18) / original.width);
  for (int row = 0; row < original.height; row += step) {
    const int rows = std::min(step, original.height - row);
    const torch::Tensor matched = match(colours_of(picture_).narrow(2, row, rows));
    std::copy_n(original.at(0, row), std::size_t(rows) * original.width * Image::channels,
                picture_.at(0, row));
    overlay.lay(row, 0, matched);
  }
}

}  // namespace

Result fast_style(Image picture, const FastStyleOptions& options, const Progress& progress) {
  const Compute compute = resolve(options.common, picture.pixels.size() * sizeof(float));
  if (options.strength == 0) return {std::move(picture), {{"device", name_of(compute)}}};
  torch::NoGradGuard no_grad;

  const Model model = find_model(options.model, "transformer", options.models);
  Painter painter = make_painter(model, options);
  std::optional<FastRefining> refining;
  if (options.refine > 0)
    refining = plan_refining({picture.width, picture.height}, painter, options);
  go_on(progress, 0.1);
  const std::string precision =
      Repainting(picture, options, compute, refining, progress).run(painter);
  if (!progress(0.95, "Finishing")) throw Cancelled("Stopped before the picture was finished.");
  if (refining) painter.facts["optimiser"] = refining->plan.options.optimiser;
  painter.facts.insert({{"model", model.name},
                        {"model-sha256", model.sha256},
                        {"device", name_of(compute)},
                        {"precision", precision}});
  return {std::move(picture), painter.facts};
}

}  // namespace pastiche
