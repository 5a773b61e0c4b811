#include "stream/winograd.hpp"

#include <algorithm>

#include "stream/parallel.hpp"

namespace pastiche::stream {
namespace {

constexpr int numbers = 24;  // of a tile: 4 down, 6 along
constexpr int most_tiles = 24;

/// The weights' side of the filtering; Kernels::to_parts and from_parts have the others.
constexpr double down[4][3] = {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}};
constexpr double along[6][3] = {{1. / 4, 0, 0},
                                {-1. / 6, -1. / 6, -1. / 6},
                                {-1. / 6, 1. / 6, -1. / 6},
                                {1. / 24, 1. / 12, 1. / 6},
                                {1. / 24, -1. / 12, 1. / 6},
                                {0, 0, 1}};

/// {out, in, 1, 1} of a number of a tile, of {out, in, 3, 3}.
ConvWeights part_of(const ConvWeights& conv, int number) {
  double share[9];
  for (int t = 0; t < 9; ++t) share[t] = down[number / 6][t / 3] * along[number % 6][t % 3];
  ConvWeights part;
  part.in = conv.in, part.out = conv.out, part.side = 1;
  part.weight.resize(conv.weight.size() / 9);
  for (std::size_t k = 0; k < part.weight.size(); ++k) {
    double sum = 0;
    for (std::size_t t = 0; t < 9; ++t) sum += share[t] * conv.weight[9 * k + t];
    part.weight[k] = float(sum);
  }
  return part;
}

int tiles_of(long columns) { return int((columns + 3) / 4); }

int tiles_at_once(long columns) {
  return std::min(most_tiles, tiles_of(columns) * (WinogradConv::rows_at_once(columns) / 2));
}

// A cache line more, or all would lie in the same places of the cache.
long inputs_step(int tiles, int in) { return long(tiles) * in + 16; }
// The kernel computes up to 11 outputs behind the last.
long outputs_step(int tiles, int padded) { return long(tiles + 12) * padded + 16; }

}  // namespace

bool WinogradConv::suits(const ConvWeights& conv, const Kernels& kernels) {
  return kernels.to_parts && conv.side == 3 && conv.in % kernels.lanes == 0 && conv.in >= 16;
}

WinogradConv::WinogradConv(const ConvWeights& conv, const Kernels& kernels)
    : in_(conv.in), kernels_(kernels) {
  ConvWeights part;
  part.in = conv.in, part.out = conv.out, part.side = 1;
  for (int i = 0; i < numbers; ++i) parts_.emplace_back(part, in_, Resample::Same, kernels);
  padded = parts_[0].padded;
}

void WinogradConv::pack(const ConvWeights& conv) {
  each(numbers, [&](long i, int) { parts_[std::size_t(i)].pack(part_of(conv, int(i)), kernels_); });
}

int WinogradConv::rows_at_once(long columns) {
  return 2 * std::max(1, most_tiles / tiles_of(columns));
}

std::size_t WinogradConv::room(long columns) const {
  const int tiles = tiles_at_once(columns);
  return std::size_t(numbers * (inputs_step(tiles, in_) + outputs_step(tiles, padded)) +
                     (4 * 6 + 12) * in_) *
         4;
}

void WinogradConv::sums(long first, long last, long columns, const RowAt& row_at, float* out,
                        long step, Buffer& room) const {
  const int across = tiles_of(columns), pairs_at_once = rows_at_once(columns) / 2;
  const int at_once = tiles_at_once(columns);
  room.room_for(this->room(columns));
  float* const edge = room.floats();  // of the last tile, where columns are no multiple of 4
  float* const inputs = edge + 4 * 6 * in_;
  float* const products = inputs + numbers * inputs_step(at_once, in_) + 12 * in_;
  for (long top = first - (first & 1); top < last; top += 2 * pairs_at_once)
    for (int tile = 0; tile < across; tile += at_once) {
      const int wide = std::min(at_once, across - tile);
      const int pairs = int(std::min<long>(pairs_at_once, (last - top + 1) / 2));
      const int pixels = int(std::min(4L * wide, columns - 4L * tile));
      TileRow job = {.rows = {},
                     .outs = {},
                     .parts = inputs,
                     .part = inputs_step(at_once, in_),
                     .tiles = pixels / 4,
                     .channels = in_,
                     .pixels = pixels};
      for (int p = 0; p < pairs; ++p, job.parts += long(wide) * in_) {
        const long y = top + 2 * p;
        for (int r = 0; r < 4; ++r) {
          // What only an output that is not wanted depends on may be anything.
          const bool needed = r == 0 ? y >= first : r < 3 || y + 1 < last;
          const std::byte* const row = row_at(needed ? y - 1 + r : y);
          job.rows[r] = reinterpret_cast<const float*>(row) + 4L * tile * in_;
        }
        kernels_.to_parts(job);
        if (pixels % 4 > 0) last_tile(job, edge);
      }
      multiply(pairs * wide, inputs, inputs_step(at_once, in_), products,
               outputs_step(at_once, padded));
      job.parts = products;
      job.part = outputs_step(at_once, padded);
      job.tiles = wide;
      job.channels = padded;
      for (int p = 0; p < pairs; ++p, job.parts += long(wide) * padded) {
        const long y = top + 2 * p;
        for (int r = 0; r < 2; ++r)
          job.outs[r] = y + r < first || y + r >= last
                            ? nullptr
                            : out + (y + r - first) * step + 4L * tile * padded;
        kernels_.from_parts(job);
      }
    }
}

/// The tile behind the last whole one, with zeros for what is beyond the row.
void WinogradConv::last_tile(TileRow job, float* edge) const {
  const long begin = 4L * job.tiles * in_, count = long(job.pixels + 2) * in_ - begin;
  for (const float*& row : job.rows) {
    std::fill(std::copy_n(row + begin, count, edge), edge + 6 * in_, 0.0f);
    row = edge;
    edge += 6 * in_;
  }
  job.parts += long(job.tiles) * in_;
  job.tiles = 1;
  kernels_.to_parts(job);
}

void WinogradConv::multiply(int tiles, const float* inputs, long inputs_step, float* products,
                            long outputs_step) const {
  for (const PackedConv& part : parts_) {
    const auto* const row = reinterpret_cast<const std::byte*>(inputs);
    for (const PackedConv::Block& block : part.blocks)
      kernels_.conv({.rows = &row,
                     .taps = 1,
                     .run = in_,
                     .step = in_,
                     .weights = part.weights(0) + block.weights,
                     .vectors = block.vectors,
                     .out = products + block.first,
                     .out_step = padded,
                     .pixels = tiles});
    inputs += inputs_step;
    products += outputs_step;
  }
}

}  // namespace pastiche::stream
