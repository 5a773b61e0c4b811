#include <algorithm>
#include <atomic>
#include <cmath>
#include <format>

#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "stream/bands.hpp"
#include "stream/plan.hpp"
#include "stream/row_store.hpp"
#include "style/fast_style.hpp"
#include "style/refine.hpp"
#include "style/stream_net.hpp"
#include "style/style_statistics.hpp"

namespace pastiche {
namespace {

double sum(const std::vector<double>& numbers) {
  double all = 0;
  for (const double one : numbers) all += one;
  return all;
}

/// Multiplications, with those of what is computed anew where it is needed.
double work_of(const stream::Layout& layout, const stream::Plan& plan) {
  const std::vector<double> each = stream::multiplications(layout);
  if (plan.keeps_large) return sum(each);
  const auto again = [](double rows, double margin) { return (rows + margin) / rows; };
  const int last = plan.band_rows(nullptr), second = 2 * plan.band_rows(&layout.layers[1]);
  return sum(each) + each[0] * again(second, 1) +
         each[each.size() - 2] * again(last, 2 * layout.last.margin());
}

/// Bytes written to temporary files and read from them.
double spilt(const stream::Layout& layout, const stream::Plan& plan) {
  if (plan.in_memory) return 0;
  double rows = 0;
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const double height = layout.layers[l].output.height;
    if (layout.layers[l].output.height <= plan.stored_rows(layout)) rows += 2 * height;
    rows += height * (double(layout.starts_block(l)) + double(layout.reads_stream(l)));
  }
  return rows * double(layout.row_bytes);
}

/// Of bytes written over again and again, as layers do.
Costs spill_costs(int threads) {
  constexpr std::size_t row = 1 << 16;
  constexpr int rows = 256, times = 4;
  stream::RowStore store(row, rows, threads, stream::spill_folder());
  const double seconds = timed([&] {
    stream::in_bands(threads, threads, [&](int band, int) {
      std::vector<std::byte> buffer(row);
      for (int i = 0; i < times; ++i) {
        for (int y = band; y < rows; y += threads) store.write(y, buffer.data());
        for (int y = band; y < rows; y += threads) store.read(y, buffer.data());
      }
      return true;
    });
  });
  return {{"temporary file", {0, seconds / (2.0 * times * rows * double(row))}}};
}

/// By the network's multiplications for a square picture of noise.
Costs network_costs(const std::string& kind, const stream::Network& network,
                    const stream::Kernels& kernels, int threads) {
  Costs costs = cost_of_pixels([&](int64_t side) {
    torch::Tensor picture = torch::rand({1, 3, side, side});
    std::atomic<bool> broken = false;
    const stream::Limits limits = {.memory = std::size_t(1) << 40, .threads = threads};
    return std::map<std::string, double>{{kind, timed([&] {
                                            stream::paint(network, kernels,
                                                          canvas_between(picture, picture, broken),
                                                          limits, [](double) { return true; });
                                          })}};
  });
  const int side = 512;
  costs[kind].unit *= side * side / sum(stream::multiplications({network, kernels, side, side}));
  return costs;
}

Need need_on_card(Need need, const Painter& painter, double pixels, const std::string& kind) {
  const auto width = double(painter.net->width());
  need.precision = name_of(need.compute.dtype);
  need.bytes += pixels * width * double(torch::elementSize(need.compute.dtype)) * 6;
  const Compute compute = need.compute;
  need.work.push_back({kind + name_of(compute), 1, pixels, [=] {
                         const TransformerNet& net = painter.net;
                         net.ptr()->to(compute.device, compute.dtype);
                         return cost_of_pixels([&](int64_t side) {
                           torch::NoGradGuard no_grad;
                           const auto picture = torch::rand({1, 3, side, side});
                           return std::map<std::string, double>{
                               {kind + name_of(compute), timed([&] {
                                  net.ptr()
                                      ->forward(picture.to(compute.device, compute.dtype),
                                                painter.blend.to(compute.device, compute.dtype))
                                      .cpu();
                                })}};
                         });
                       }});
  return need;
}

/// The steps, for small pictures of noise.
Costs refining_costs(const std::string& kind, const FastRefining& refining) {
  return cost_of_pixels([&](int64_t side) {
    torch::NoGradGuard no_grad;
    GatysPlan plan = refining.plan;
    Scale& scale = plan.scales.back();
    scale.height = scale.width = side;
    const auto noise = [&] { return torch::rand({1, 3, side, side}).to(plan.compute.device); };
    return std::map<std::string, double>{
        {kind, timed([&] {
           refine(plan, noise(), {noise(), {}}, {{.moments = refining.target}},
                  [](double, std::string_view) { return true; },
                  [](const torch::Tensor&) { return Image(); });
         })}};
  });
}

/// With what refining takes besides.
Need refined_need(Need need, const PictureSize& content, const Painter& painter,
                  const FastStyleOptions& options) {
  if (options.refine == 0) return need;
  const FastRefining refining = plan_refining(content, painter, options);
  const GatysPlan& plan = refining.plan;
  const Scale& scale = plan.scales.back();
  const std::string kind =
      std::format("fast-style refined {} times, {} {} {}, {}", options.refine,
                  plan.model.sha256.substr(0, 12), name_of(plan.compute),
                  name_of(plan.compute.dtype), plan.options.optimiser);
  need.bytes = std::max(need.bytes, plan.peak());
  need.tiles = int(plan.tiles_at(scale, 2).size());
  need.work.push_back({kind, 1, double(scale.height) * double(scale.width),
                       [=] { return refining_costs(kind, refining); }});
  return need;
}

}  // namespace

FastRefining plan_refining(const PictureSize& content, const Painter& painter,
                           const FastStyleOptions& options) {
  StyleTarget target = style_target(painter.files, painter.blend, options.models);
  const auto [width, height] = working_size(content, options.size);
  double held = double(width) * double(height) * bytes_of_rgb;
  if (options.colour == "match") held += content.pixels() * bytes_of_image;
  FastRefining refining = {
      plan_refining({{"content", {content}}},
                    {.steps = options.refine,
                     .size = options.size,
                     .content_weight = 0.2,  // the pass left less of the content than gatys does
                     .common = options.common},
                    target.model, target.encoder, held),
      {}};
  for (const auto& [layer, moments] : target.moments)
    refining.target[layer] = {moments.mean.to(refining.plan.compute.device),
                              moments.covariance.to(refining.plan.compute.device)};
  return refining;
}

Need fast_style_need(const Sizes& sizes, const FastStyleOptions& options) {
  torch::NoGradGuard no_grad;
  const PictureSize content = sizes.find("content")->second.at(0);
  Need need = {.compute = resolve(options.common), .bytes = bytes_of_libraries};
  const auto [width, height] = working_size(content, options.size);
  need.height = height, need.width = width;
  const Model model = find_model(options.model, "transformer", options.models);
  Painter painter = make_painter(model, options);
  if (options.strength == 0) {
    need.precision = "fp32";
    need.bytes += content.pixels() * bytes_of_image;
    return need;
  }
  const bool own_size = height == content.height && width == content.width;
  const double pixels = double(height) * double(width);
  double pictures = content.pixels() * bytes_of_image * (options.colour == "match" ? 2 : 1);
  if (!own_size || options.refine > 0) pictures += pixels * bytes_of_rgb;
  if (options.refine > 0) pictures += pixels * bytes_of_rgb;
  if (!own_size) {
    need.work.push_back(resizing(2 * (content.pixels() + pixels)));
  }
  need.bytes += pictures;
  std::string kind = "fast-style " + model.sha256.substr(0, 12) + " ";
  if (!need.compute.device.is_cpu())
    return refined_need(need_on_card(need, painter, pixels, kind), content, painter, options);

  const stream::Kernels& kernels = stream::kernels_for(options.common.precision);
  need.precision = kernels.bf16 ? "bf16" : "fp32";
  kind += need.precision;
  const stream::Network network = network_of(painter.net, painter.blend);
  const stream::Layout layout(network, kernels, int(width), int(height));
  const int threads = at::get_num_threads();
  const stream::Plan plan = plan_for(layout, {.memory = need.compute.memory,
                                              .taken = std::size_t(pictures),
                                              .in_memory = bytes_in_memory(options.common),
                                              .threads = threads});
  need.bytes += double(bytes_of(layout, plan, threads));
  need.work.push_back({kind, 1, work_of(layout, plan),
                       [=, &kernels] { return network_costs(kind, network, kernels, threads); }});
  if (!plan.in_memory) need.work.push_back({"temporary file", 0, spilt(layout, plan), [=] { return spill_costs(threads); }});
  return refined_need(need, content, painter, options);
}

}  // namespace pastiche
