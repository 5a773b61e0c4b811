#include <algorithm>

#include "stream/parallel.hpp"
#include "stream/row_stage.hpp"

namespace pastiche::stream {

RowConv::RowConv(const ConvWeights& conv, int in, const Kernels& kernels) : kernels_(kernels) {
  if (in == conv.in && WinogradConv::suits(conv, kernels))
    winograd_.emplace(conv, kernels);
  else
    direct_.emplace(conv, in, Resample::Same, kernels);
}

void RowConv::pack(const ConvWeights& conv) {
  winograd_ ? winograd_->pack(conv) : direct_->pack(conv, kernels_);
  packed_ = true;
}

long RowConv::rows_at_once(long columns, long count) const {
  if (!winograd_) return 1;
  const long for_each = (count / threads() + 1) / 2 * 2;
  return std::clamp(for_each, 2L, long(WinogradConv::rows_at_once(columns)));
}

void RowConv::sums(long first, long last, long columns, const WinogradConv::RowAt& row_at,
                   float* out, long step, Buffer& room) const {
  if (winograd_) return winograd_->sums(first, last, columns, row_at, out, step, room);
  for (long y = first; y < last; ++y, out += step) {
    const std::byte* const rows[] = {row_at(y - 1), row_at(y), row_at(y + 1)};
    for (const PackedConv::Block& block : direct_->blocks)
      kernels_.conv({.rows = rows,
                     .taps = 3,
                     .run = direct_->run,
                     .step = direct_->in,
                     .weights = direct_->weights(0) + block.weights,
                     .vectors = block.vectors,
                     .out = out + block.first,
                     .out_step = direct_->padded,
                     .pixels = int(columns)});
  }
}

}  // namespace pastiche::stream
