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
#include "style/pass_in_tiles.hpp"
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

/// The pieces that a picture is painted in, with what is around them: one, or tiles.
struct Pieces {
  Pieces(const stream::Grid& picture, const Painter& painter, bool are_tiles)
      : are_tiles(are_tiles), each(picture), count(1) {
    if (!are_tiles) return;
    const int reach = stream::reach_of(int(painter.net->residuals()));
    const auto [wide, high] = tile_of(picture);
    const auto parts = [](int of, int most) { return double((of + most - 1) / most); };
    count = parts(picture.width, wide) * parts(picture.height, high);
    each = {std::min(picture.width, wide + 2 * reach), std::min(picture.height, high + 2 * reach)};
    bytes = bytes_of_tiles(picture, reach);
    samples = sampled_size(picture);
  }
  double pixels() const { return double(each.width) * each.height; }

  bool are_tiles;
  stream::Grid each;
  double count;
  double bytes = 0;           ///< held beside
  stream::Grid samples = {};  ///< what the norms are taken from
};

Need need_on_card(Need need, const Painter& painter, const Pieces& pieces,
                  const std::string& kind) {
  const auto width = double(painter.net->width());
  need.precision = name_of(need.compute.dtype);
  need.bytes +=
      pieces.pixels() * width * double(torch::elementSize(need.compute.dtype)) * 6 + pieces.bytes;
  const Compute compute = need.compute;
  need.work.push_back({kind + name_of(compute), pieces.count, pieces.count * pieces.pixels(), [=] {
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

/// `pictures` bytes are held already.
Need need_in_bands(Need need, Painter painter, const Pieces& pieces, double pictures,
                   std::string kind, const CommonOptions& options) {
  const stream::Kernels& kernels = stream::kernels_for(options.precision);
  need.precision = kernels.bf16 ? "bf16" : "fp32";
  kind += need.precision;
  const stream::Network network = network_of(painter.net, painter.blend);
  const stream::Layout layout(network, kernels, pieces.each.width, pieces.each.height);
  const int threads = at::get_num_threads();
  const auto plan_of = [&](const stream::Layout& layout, double held, bool has_norms) {
    return plan_for(layout,
                    {.memory = need.compute.memory,
                     .taken = std::size_t(pictures + held),
                     .in_memory = bytes_in_memory(options),
                     .threads = threads},
                    has_norms);
  };
  const stream::Plan plan = plan_of(layout, pieces.bytes, pieces.are_tiles);
  double bytes = pieces.bytes + double(bytes_of(layout, plan, threads));
  double work = pieces.are_tiles ? pieces.count * sum(stream::multiplications(layout))
                                 : work_of(layout, plan);
  if (pieces.are_tiles) {
    const stream::Layout sampled(network, kernels, pieces.samples.width, pieces.samples.height);
    const stream::Plan sampling = plan_of(sampled, 0, false);
    bytes = std::max(bytes, double(bytes_of(sampled, sampling, threads)));
    work += work_of(sampled, sampling);
  }
  need.tiles = int(pieces.count);
  need.bytes += bytes;
  need.work.push_back({kind, pieces.count, work,
                       [=, &kernels] { return network_costs(kind, network, kernels, threads); }});
  if (!plan.in_memory)
    need.work.push_back({"temporary file", 0, pieces.count * spilt(layout, plan),
                         [=] { return spill_costs(threads); }});
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
  const std::string kind = std::format("fast-style refined {} times, {} {} {}, {}", options.refine,
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
  const Pieces pieces({int(width), int(height)}, painter, is_approximate(content, options));
  const std::string kind = "fast-style " + model.sha256.substr(0, 12) + " ";
  need = need.compute.device.is_cpu()
             ? need_in_bands(need, painter, pieces, pictures, kind, options.common)
             : need_on_card(need, painter, pieces, kind);
  return refined_need(need, content, painter, options);
}

}  // namespace pastiche
