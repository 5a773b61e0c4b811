#include "stream/row_moments.hpp"

#include <numeric>

#include "stream/parallel.hpp"

namespace pastiche::stream {
namespace {

ConvWeights pixelwise(int channels, const float* slope) {
  return {.in = channels,
          .out = channels,
          .side = 1,
          .weight = {slope, slope + channels * channels},
          .scale = {},
          .shift = {},
          .bias = {}};
}

}  // namespace

void RowMoments::add(const FloatRows& x, const float* weights) {
  if (channels_ == 0) {
    channels_ = x.channels;
    pivot_.assign(x.data, x.data + channels_);
    sum_.resize(std::size_t(channels_));
    products_.resize(std::size_t(channels_ * channels_));
  }
  struct Worker {
    std::vector<double> sum, products;
    std::vector<float> room;
  };
  std::vector<Worker> workers(
      std::size_t(threads()),
      {std::vector<double>(sum_.size()), std::vector<double>(products_.size()),
       std::vector<float>(std::size_t(x.width * channels_ + slack))});
  const EncoderKernels& kernels = encoder_kernels(best_kernels(false));
  each(x.rows, [&](long y, int thread) {
    Worker& own = workers[std::size_t(thread)];
    kernels.moments(x.data + y * x.step, pivot_.data(), weights ? weights + y * x.width : nullptr,
                    int(x.width), channels_, own.room.data(), own.sum.data(), own.products.data());
  });
  for (const Worker& own : workers) {
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += own.sum[i];
    for (std::size_t i = 0; i < products_.size(); ++i) products_[i] += own.products[i];
  }
  const long pixels = x.rows * x.width;
  count_ += weights ? std::accumulate(weights, weights + pixels, 0.0) : double(pixels);
}

std::vector<double> RowMoments::mean() const {
  std::vector<double> mean(sum_.size());
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = double(pivot_[i]) + sum_[i] / count_;
  return mean;
}

std::vector<double> RowMoments::covariance() const {
  std::vector<double> covariance(products_.size());
  const auto n = std::size_t(channels_);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      covariance[i * n + j] = products_[i * n + j] / count_ - sum_[i] / count_ * (sum_[j] / count_);
  return covariance;
}

AffineRows::AffineRows(int channels, const float* slope, const float* mean, const float* offset)
    : AffineRows(pixelwise(channels, slope), mean, offset) {}

AffineRows::AffineRows(const ConvWeights& slope, const float* mean, const float* offset)
    : slope_(slope, slope.in, Resample::Same, best_kernels(false)),
      mean_(mean, mean + slope.in),
      offset_(offset, offset + slope.in) {
  slope_.pack(slope, best_kernels(false));
}

void AffineRows::operator()(const FloatRows& x, float* out) const {
  const Kernels& kernels = best_kernels(false);
  const EncoderKernels& own = encoder_kernels(kernels);
  const long dense = x.width * x.channels, room = dense + 16 * x.channels;
  std::vector<std::vector<float>> rooms(std::size_t(threads()),
                                        std::vector<float>(std::size_t(2 * room)));
  each(x.rows, [&](long y, int thread) {
    float *centred = rooms[std::size_t(thread)].data(), *sums = centred + room;
    own.shift(x.data + y * x.step, mean_.data(), -1, int(x.width), x.channels, centred);
    const std::byte* rows[] = {reinterpret_cast<const std::byte*>(centred)};
    for (const PackedConv::Block& block : slope_.blocks)
      kernels.conv({.rows = rows,
                    .taps = 1,
                    .run = slope_.run,
                    .step = x.channels,
                    .weights = slope_.weights(0) + block.weights,
                    .vectors = block.vectors,
                    .out = sums + block.first,
                    .out_step = x.channels,
                    .pixels = int(x.width)});
    own.shift(sums, offset_.data(), 1, int(x.width), x.channels, out + y * dense);
  });
}

}  // namespace pastiche::stream
