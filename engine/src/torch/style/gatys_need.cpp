#include <algorithm>
#include <cmath>
#include <format>

#include "style/gatys_plan.hpp"
#include "style/tiled_encoder.hpp"

namespace pastiche {
namespace {

double area(const Scale& scale) { return double(scale.height) * double(scale.width); }

double area(const std::vector<Tile>& tiles) {
  return double(tiles.size()) * double(tiles[0].rows.length) * double(tiles[0].columns.length);
}

std::size_t masks_of(const Sizes& sizes) {
  const auto found = sizes.find("mask");
  return found == sizes.end() ? 0 : found->second.size();
}

/// All that a step's cost depends on besides the picture's size.
std::string kind_of(const GatysPlan& plan, std::size_t masks) {
  const GatysOptions& options = plan.options;
  return std::format("gatys {} {} {} {}, layers {}{}{}, {} masks", plan.model.sha256.substr(0, 12),
                     name_of(plan.compute), name_of(plan.compute.dtype), options.pooling,
                     options.loss, options.tileable ? " tileable" : "",
                     options.normalise_gradients ? " normalised" : "", masks) +
         " " + options.style_layers +
         (options.content_weight > 0 ? " " + options.content_layers : std::string());
}

std::string optimiser_kind(const GatysPlan& plan) {
  const GatysOptions& options = plan.options;
  return name_of(plan.compute) + " " +
         (options.optimiser == "adam" ? "adam"
                                      : std::format("{} {}", options.optimiser, options.history));
}

/// A scale's beginning, and looking at and pulling a square picture of noise.
std::map<std::string, double> try_step(const GatysPlan& plan, std::size_t masks,
                                       const std::string& kind, int64_t side) {
  torch::NoGradGuard no_grad;
  const auto noise = [&](int64_t channels) {
    return torch::rand({1, channels, side, side}).to(plan.compute.device);
  };
  const ContentPicture content = {noise(3), {}};
  std::vector<StylePicture> styles(std::max<std::size_t>(1, masks));
  for (StylePicture& style : styles) {
    style = {.rgb = noise(3), .share = 1.0 / double(styles.size())};
    if (masks > 0) style.mask = noise(1);
  }
  std::unique_ptr<Objective> objective;
  const double begin = timed([&] {
    objective = std::make_unique<Objective>(plan.encoder, plan.weighing, content, styles);
  });
  const torch::Tensor gradient = torch::empty_like(content.rgb);
  (*objective)(content.rgb, gradient);  // the first time takes memory and packs weights
  const double look = timed([&] { (*objective)(content.rgb); });
  const double both = timed([&] {
    (*objective)(content.rgb, gradient);
    gradient.sum().item<float>();  // a card is done only then
  });
  return {{kind + " begin", begin}, {kind + " look", look}, {kind + " step", both}};
}

/// A step of an optimiser that knows as much as it ever will.
std::map<std::string, double> try_optimiser(const GatysPlan& plan, int64_t side) {
  torch::NoGradGuard no_grad;
  const auto optimiser = optimiser_for(plan.options);
  optimiser->start(torch::rand({1, 3, side, side}).to(plan.compute.device));
  double seconds = 0;
  const auto slope = [](const torch::Tensor& picture, const torch::Tensor& gradient) {
    torch::sub_out(const_cast<torch::Tensor&>(gradient), picture, 0.5).mul_(1e-3);
    return gradient.square().sum().item<double>();
  };
  const int steps = plan.options.optimiser == "adam" ? 2 : plan.options.history + 2;
  for (int i = 0; i < steps; ++i) seconds = timed([&] { optimiser->step(slope); });
  return {{optimiser_kind(plan), seconds}};
}

/// How many of a scale's steps an optimiser makes, in such that know as much as ever.
double full_steps(const GatysOptions& options, int steps) {
  if (options.optimiser == "adam") return steps;
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += std::min(1.0, (i + 1.0) / (options.history + 1.0));
  return sum;
}

/// The styles' pixels at a scale, as GatysInputs::styles_at() makes them.
double style_pixels(const Sizes& sizes, const Scale& scale, const GatysOptions& options) {
  const double side = options.style_size > 0
                          ? options.style_size
                          : double(std::max(scale.height, scale.width)) * options.style_scale;
  double pixels = 0;
  for (const PictureSize& style : sizes.find("style")->second)
    pixels += area(fitted(style.height, style.width, std::max(1.0, side)));
  return pixels;
}

/// What all scales take.
struct Sums {
  double begun = 0;               // scales
  double looks = 0, looked = 0;   // at a picture, and their pixels
  double steps = 0, stepped = 0;  // looks with the way back, and their pixels
  double optimised = 0, resized = 0;
};

void add(Sums& sums, const GatysPlan& plan, const Sizes& sizes, const Scale& scale) {
  const double styles = style_pixels(sizes, scale, plan.options);
  const auto seen = plan.tiles_at(scale, 1), tiles = plan.tiles_at(scale, 2);
  // The content, and at the end twice what has come out.
  int looks = plan.weighing.content_layers.empty() ? 0 : 1;
  if (&scale == &plan.scales.back()) looks += 2;
  // Before each step; tiles that look() and pull() share go without the last.
  const auto count = double(tiles.size());
  const double look = tiles.size() <= seen.size() ? area(tiles) * (1 - 1 / count) : area(seen);
  sums.begun += 1;
  sums.looks += looks + (look > 0 ? scale.steps : 0);
  sums.looked += styles + looks * area(seen) + scale.steps * look;
  sums.steps += scale.steps;
  sums.stepped += scale.steps * area(tiles);
  sums.optimised += full_steps(plan.options, scale.steps) * area(scale);
  sums.resized += plan.content.pixels() + pixels_of(sizes, "style") + styles + 3 * area(scale);
}

}  // namespace

Need gatys_need(const Sizes& sizes, const GatysOptions& options) {
  const GatysPlan plan = plan_gatys(sizes, options);
  const std::size_t masks = masks_of(sizes);
  const std::string kind = kind_of(plan, masks);
  const auto step = [plan, masks, kind] {
    return cost_of_pixels([&](int64_t side) { return try_step(plan, masks, kind, side); });
  };
  const auto optimise = [plan] {
    return cost_of_pixels([&](int64_t side) { return try_optimiser(plan, side); });
  };
  Sums sums;
  for (const Scale& scale : plan.scales) add(sums, plan, sizes, scale);
  const Scale& last = plan.scales.back();
  const double given = plan.content.pixels() + pixels_of(sizes, "style") + pixels_of(sizes, "mask");
  return {.compute = plan.compute,
          .precision = name_of(plan.compute.dtype),
          .width = last.width,
          .height = last.height,
          .tiles = int(plan.tiles_at(last, 2).size()),
          .bytes = plan.peak(),
          .work = {{kind + " begin", sums.begun, 0, step},
                   {kind + " look", sums.looks, sums.looked, step},
                   {kind + " step", sums.steps, sums.stepped, step},
                   {optimiser_kind(plan), sums.steps, sums.optimised, optimise},
                   resizing(sums.resized + plan.content.pixels()),
                   converting(given)}};
}

}  // namespace pastiche
