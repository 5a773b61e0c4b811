#include "stream/packed_conv.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace pastiche::stream {
namespace {

constexpr std::align_val_t line{64};

/// Widths in vectors of the blocks of output channels, none of one where it can be helped: there
/// a weight serves too few multiplications.
std::vector<int> block_widths(int vectors, int most) {
  std::vector<int> widths;
  while (vectors > 0) {
    int width = std::min(vectors, most);
    if (vectors - width == 1 && width > 2) --width;
    widths.push_back(width);
    vectors -= width;
  }
  return widths;
}

/// The taps that fall on each row (or column) of the small picture: {parity, small, tap}.
constexpr float doubled[2][2][3] = {{{1, 0, 0}, {0, 1, 1}}, {{1, 1, 0}, {0, 0, 1}}};

/// {out, in, 2, 2} of one phase, of {out, in, 3, 3}.
std::vector<float> phase_of(const ConvWeights& conv, int row, int column) {
  std::vector<float> small(conv.weight.size() / 9 * 4);
  for (std::size_t k = 0; k < small.size() / 4; ++k)
    for (int i = 0; i < 4; ++i)
      for (int tap = 0; tap < 9; ++tap)
        small[k * 4 + std::size_t(i)] += doubled[row][i / 2][tap / 3] *
                                         doubled[column][i % 2][tap % 3] *
                                         conv.weight[k * 9 + std::size_t(tap)];
  return small;
}

}  // namespace

Buffer::~Buffer() {
  if (data_) operator delete(data_, line);
}

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

std::byte* Buffer::room_for(std::size_t bytes) {
  if (bytes <= bytes_) return data_;
  if (data_) operator delete(std::exchange(data_, nullptr), line);
  bytes_ = 0;
  data_ = static_cast<std::byte*>(operator new(bytes, line));
  std::memset(data_, 0, bytes);
  bytes_ = bytes;
  return data_;
}

PackedConv::PackedConv(const ConvWeights& conv, int in, Resample resample, const Kernels& kernels)
    : in(in),
      out(kept_channels(conv.out)),
      taps(resample == Resample::Double ? 2 : conv.side),
      run((taps * in + 1) / 2 * 2),
      resample(resample),
      padded((conv.out + kernels.lanes - 1) / kernels.lanes * kernels.lanes) {
  const std::size_t vector_bytes = std::size_t(kernels.lanes) * std::size_t(kernels.value);
  int first = 0;
  for (const int vectors : block_widths(padded / kernels.lanes, kernels.most_vectors)) {
    blocks.push_back({first, vectors, phase_bytes_});
    first += vectors * kernels.lanes;
    phase_bytes_ += vector_bytes * std::size_t(taps * run * vectors);
  }
}

void PackedConv::pack(const ConvWeights& conv, const Kernels& kernels) {
  const int phases = resample == Resample::Double ? 4 : 1;
  packed_.room_for(phase_bytes_ * std::size_t(phases));
  for (int phase = 0; phase < phases; ++phase) {
    const std::vector<float> own = phases == 4 ? phase_of(conv, phase / 2, phase % 2) : conv.weight;
    for (const Block& block : blocks)
      pack_block(block, own, conv, kernels,
                 packed_.data() + std::size_t(phase) * phase_bytes_ + block.weights);
  }
}

void PackedConv::pack_block(const Block& block, const std::vector<float>& weight,
                            const ConvWeights& conv, const Kernels& kernels, std::byte* to) {
  const int channels = block.vectors * kernels.lanes, pair = 4 / kernels.value;
  std::vector<float> ordered(std::size_t(taps * run * channels));
  for (int o = 0; o < std::min(channels, conv.out - block.first); ++o)
    for (int i = 0; i < conv.in; ++i)
      for (int t = 0; t < taps * taps; ++t) {
        const int value = t / taps * run + t % taps * in + i;
        ordered[std::size_t((value / pair * channels + o) * pair + value % pair)] =
            weight[std::size_t(((block.first + o) * conv.in + i) * taps * taps + t)];
      }
  kernels.to_values(ordered.data(), int(ordered.size()), to);
}

Buffer pack_planar(const ConvWeights& conv, const Kernels& kernels) {
  const int pair = 4 / kernels.value, area = conv.side * conv.side;
  const int units = kept_channels(conv.in) / pair;
  const int count = units * area * 3 * pair;
  std::vector<float> ordered(std::size_t(count + kernels.lanes));
  for (int o = 0; o < 3; ++o)
    for (int i = 0; i < conv.in; ++i)
      for (int t = 0; t < area; ++t)
        ordered[std::size_t(((i / pair * area + t) * 3 + o) * pair + i % pair)] =
            conv.weight[std::size_t((o * conv.in + i) * area + t)];
  Buffer packed;
  packed.room_for(std::size_t(count + kernels.lanes) * std::size_t(kernels.value));
  kernels.to_values(ordered.data(), count, packed.data());
  return packed;
}

}  // namespace pastiche::stream
