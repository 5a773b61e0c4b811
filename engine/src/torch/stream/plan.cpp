#include "stream/plan.hpp"

#include <algorithm>
#include <format>

#include "pastiche/error.hpp"

namespace pastiche::stream {
namespace {

std::vector<Layer> layers_of(const Network& network, const Kernels& kernels, int width,
                             int height) {
  std::vector<Layer> layers;
  Grid grid = {(width + 3) / 4 * 4, (height + 3) / 4 * 4};
  for (std::size_t i = 0; i + 1 < network.size(); ++i) {
    const bool up = i + 3 >= network.size();
    const Resample resample = up                 ? Resample::Double
                              : i == 1 || i == 2 ? Resample::Half
                                                 : Resample::Same;
    const int in = i == 0 ? 3 : layers.back().conv.out;
    layers.emplace_back(network[i], in, resample, kernels, grid);
    grid = layers.back().output;
  }
  return layers;
}

/// Bytes of the rows beside a layer's stretches.
std::size_t beside(const Layer& layer, const Kernels& kernels, const Plan& plan, int threads) {
  const int margins = layer.behind({0, 2}).count() - layer.own({0, 2}).count();
  return std::size_t(plan.stretches(threads) * margins) * layer.band_row(kernels);
}

/// Bytes that one thread needs to make a band of layer `l`, or of the last for layers.size().
std::size_t working(const Layout& layout, std::size_t l, const Plan& plan) {
  const bool is_last = l == layout.layers.size();
  const int rows = plan.band_rows(is_last ? nullptr : &layout.layers[l]);
  std::size_t bytes = 4 * layout.row_bytes;  // a row each of what is read and written
  int behind;
  if (is_last) {
    behind = rows + layout.last.side - 1;
    bytes += layout.last.band(behind) + std::size_t(3 * rows * (layout.last.grid.width + 128)) * 4;
  } else {
    const Layer& layer = layout.layers[l];
    behind = layer.behind({0, rows}).count();
    bytes += layer.band(behind, layout.kernels) + layer.line() +
             std::size_t(layer.rows_at_once() - 1) * layout.row_bytes;
    if (layer.winograd)
      bytes += layer.winograd->room(std::min(columns_at_once, layer.output.width));
  }
  const bool remade = !plan.keeps_large && (l == 1 || is_last);
  if (remade) {
    const Layer& before = layout.layers[l - 1];
    bytes += std::size_t(behind) * layout.row_bytes +
             before.band(before.behind({0, behind}).count(), layout.kernels) + before.line();
  }
  return bytes;
}

std::size_t working(const Layout& layout, const Plan& plan, int threads) {
  std::size_t most = 0;
  for (std::size_t l = 0; l <= layout.layers.size(); ++l) {
    std::size_t bytes = working(layout, l, plan) * std::size_t(threads);
    if (l < layout.layers.size()) bytes += beside(layout.layers[l], layout.kernels, plan, threads);
    most = std::max(most, bytes);
  }
  std::size_t weights = 0;
  for (const Layer& layer : layout.layers)
    weights += std::size_t(layer.conv.run) * std::size_t(layer.conv.taps * layer.conv.padded * 4) *
               std::size_t(layout.kernels.value);
  return most + weights;
}

std::size_t mebibytes(std::size_t bytes) { return (bytes >> 20) + 1; }

}  // namespace

LastLayer::LastLayer(const ConvWeights& conv, const Kernels& kernels, Grid grid)
    : side(conv.side),
      units(kept_channels(conv.in) * kernels.value / 4),
      grid(grid),
      weights(pack_planar(conv, kernels)),
      bias(conv.bias) {}

std::size_t LastLayer::band(int rows) const {
  return std::size_t(units) * std::size_t(rows) * std::size_t(row()) * 4 + 256 * 4;
}

Layout::Layout(const Network& network, const Kernels& kernels, int width, int height)
    : kernels(kernels),
      layers(layers_of(network, kernels, width, height)),
      last(network.back(), kernels, layers.back().output),
      residuals(network.size() - 6),
      row_bytes(0) {
  for (const Layer& layer : layers)
    row_bytes = std::max(
        row_bytes, std::size_t(layer.output.width) * std::size_t(layer.conv.out * kernels.value));
  row_bytes = (row_bytes + slack + 63) / 64 * 64;
}

bool Layout::reads_stream(std::size_t layer) const {
  return layer >= 5 && layer <= 3 + residuals && layer % 2 == 1;
}

int Plan::band_rows(const Layer* layer) const {
  if (!layer) return std::max(1, 16 >> shrunk);
  switch (layer->conv.resample) {
    case Resample::Double:
      return std::max(2, 16 >> shrunk);
    default:
      return std::max(1, 8 >> shrunk);
  }
}

std::size_t bytes_of(const Layout& layout, const Plan& plan, int threads) {
  const std::size_t kept = layout.row_bytes * std::size_t(plan.stored_rows(layout));
  return working(layout, plan, threads) + (plan.in_memory ? kept : 0);
}

std::vector<double> multiplications(const Layout& layout) {
  std::vector<double> each;
  for (const Layer& layer : layout.layers)
    each.push_back(double(layer.output.width) * layer.output.height * layer.conv.taps *
                   layer.conv.run * layer.conv.padded / (layer.winograd ? 3 : 1));
  each.push_back(double(layout.last.grid.width) * layout.last.grid.height * 3 * 16 *
                 layout.last.units);
  return each;
}

Plan plan_for(const Layout& layout, const Limits& limits, bool has_norms) {
  Plan plan = {.keeps_large = !has_norms};
  const auto needed = [&] { return limits.taken + bytes_of(layout, plan, limits.threads); };
  const std::size_t at_most = std::min(limits.memory, limits.in_memory);
  if (needed() <= at_most) return plan;
  plan.keeps_large = false;
  if (needed() <= at_most) return plan;
  plan.in_memory = false;
  for (; plan.shrunk < 5; ++plan.shrunk)
    if (needed() <= limits.memory) return plan;
  if (needed() <= limits.memory) return plan;
  throw Error(Error::Kind::OutOfMemory,
              std::format("A picture of {}x{} needs {} MiB at least and {} MiB may be used; memory "
                          "{} would do.",
                          layout.last.grid.width, layout.last.grid.height, mebibytes(needed()),
                          limits.memory >> 20, mebibytes(needed())));
}

}  // namespace pastiche::stream
