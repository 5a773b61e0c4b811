#include "stream/layer.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche::stream {
namespace {

Grid resampled(const Grid& grid, Resample resample) {
  if (resample == Resample::Half) return {(grid.width + 1) / 2, (grid.height + 1) / 2};
  if (resample == Resample::Double) return {grid.width * 2, grid.height * 2};
  return grid;
}

std::vector<float> zeros_behind(std::vector<float> of, int kept) {
  of.resize(std::size_t(kept + 63) / 32 * 32);
  return of;
}

}  // namespace

void Moments::add(double count, std::size_t channel, double mean, double squares) {
  const double apart = mean - mean_[channel], all = count_ + count;
  mean_[channel] += apart * count / all;
  squares_[channel] += squares + apart * apart * count_ * count / all;
}

void Moments::add(int count, const float* first, const float* sum, const float* square) {
  for (std::size_t c = 0; c < mean_.size(); ++c) {
    const double off = double(sum[c]) / count;
    add(count, c, first[c] + off, std::max(0.0, square[c] - off * sum[c]));
  }
  count_ += count;
}

void Moments::add(const Moments& other) {
  for (std::size_t c = 0; c < mean_.size(); ++c)
    add(other.count_, c, other.mean_[c], other.squares_[c]);
  count_ += other.count_;
}

Layer::Layer(const ConvWeights& weights, int in, Resample resample, const Kernels& kernels,
             Grid input)
    : conv(weights, in, resample, kernels),
      side(weights.side),
      input(input),
      output(resampled(input, resample)),
      gamma(weights.scale),
      beta(weights.shift),
      norm{zeros_behind({}, conv.out), zeros_behind({}, conv.out)} {
  if (resample == Resample::Same && in == weights.in && WinogradConv::suits(weights, kernels))
    winograd.emplace(weights, kernels);
}

void Layer::pack(const ConvWeights& weights, const Kernels& kernels) {
  winograd ? winograd->pack(weights) : conv.pack(weights, kernels);
}

void Layer::normalise(const Moments& moments) {
  for (std::size_t c = 0; c < gamma.size(); ++c) {
    const double slope = gamma[c] / std::sqrt(moments.variance(c) + 1e-5);
    norm.scale[c] = float(slope);
    norm.shift[c] = float(beta[c] - moments.mean(c) * slope);
  }
}

Rows Layer::behind(Rows rows) const {
  switch (conv.resample) {
    case Resample::Half:
      return {2 * rows.first - side / 2, 2 * (rows.last - 1) + side / 2 + 1};
    case Resample::Double:
      return {rows.first / 2 - 1, (rows.last - 1) / 2 + 2};
    default:
      return {rows.first - side / 2, rows.last + side / 2};
  }
}

Rows Layer::own(Rows rows) const {
  switch (conv.resample) {
    case Resample::Half:
      return {2 * rows.first, std::min(2 * rows.last, input.height)};
    case Resample::Double:
      return {rows.first / 2, rows.last / 2};
    default:
      return rows;
  }
}

int Layer::rows_at_once() const {
  return winograd ? WinogradConv::rows_at_once(std::min(columns_at_once, output.width)) : 1;
}

std::size_t Layer::line() const {
  const int rows = winograd ? 2 : 1;  // more of them are shorter
  return std::size_t((rows * columns_at_once + 24) * conv.padded) * 4;
}

std::size_t Layer::band_row(const Kernels& kernels) const {
  const std::size_t values = std::size_t(input.width + 2 * margin()) * std::size_t(conv.in);
  return (values * std::size_t(kernels.value) + slack + 63) / 64 * 64;
}

std::size_t Layer::band(int rows, const Kernels& kernels) const {
  // The kernels compute up to 11 outputs behind the last, from whatever lies there.
  const int step = conv.resample == Resample::Half ? 2 : 1;
  return std::size_t(rows) * band_row(kernels) + std::size_t(12 * step * conv.in * kernels.value) +
         slack;
}

int inside(int index, int size, bool replicate) {
  if (index >= 0 && index < size) return index;
  if (replicate) return std::clamp(index, 0, size - 1);
  return index < 0 ? -index : 2 * (size - 1) - index;
}

}  // namespace pastiche::stream
