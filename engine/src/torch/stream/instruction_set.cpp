// Compiled once for each instruction set, with PASTICHE_KERNELS (the function that gives the
// table) and PASTICHE_LANES (floats in a vector). Whatever is included here must define no
// inline function: the linker keeps one copy, which might be that of the wrong processor.
#include <cstdint>
#include <utility>

#include "stream/kernels.hpp"
#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

namespace pastiche::stream {
namespace {

constexpr int lanes = PASTICHE_LANES;
// Half the registers or a little more hold sums.
constexpr int accumulators = lanes == 16 ? 24 : 12;

using Vec = float __attribute__((vector_size(lanes * 4)));
using Bits = std::int32_t __attribute__((vector_size(lanes * 4)));
using LooseVec = float __attribute__((vector_size(lanes * 4), aligned(4), may_alias));
using LooseBits = std::int32_t __attribute__((vector_size(lanes * 4), aligned(4), may_alias));
using Word = std::int32_t __attribute__((aligned(2), may_alias));

/// 4 bytes, a float or a pair of bf16, in every lane.
inline Bits spread(const void* at) { return Bits{} + *static_cast<const Word*>(at); }
inline Bits load_bits(const void* at) { return *static_cast<const LooseBits*>(at); }
inline Vec load_floats(const float* at) { return *reinterpret_cast<const LooseVec*>(at); }
inline void store_floats(float* at, Vec x) { *reinterpret_cast<LooseVec*>(at) = x; }
inline Vec positive(Vec x) { return x > 0 ? x : Vec{}; }

#ifdef __AVX512BF16__
using Value = std::uint16_t;

inline Vec load(const Value* at) {
  const auto wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
  return Vec(_mm512_slli_epi32(wide, 16));
}
inline void store(Value* at, Vec x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), __m256i(_mm512_cvtneps_pbh(__m512(x))));
}
inline Vec multiply_add(Vec sum, Bits a, Bits b) {
  return Vec(_mm512_dpbf16_ps(__m512(sum), __m512bh(a), __m512bh(b)));
}
#else
using Value = float;

inline Vec load(const Value* at) { return load_floats(at); }
inline void store(Value* at, Vec x) { store_floats(at, x); }
inline Vec multiply_add(Vec sum, Bits a, Bits b) { return sum + Vec(a) * Vec(b); }
#endif

constexpr int pair = 4 / sizeof(Value);  ///< values in 4 bytes

const Value* values(const std::byte* at) { return reinterpret_cast<const Value*>(at); }
Value* values(std::byte* at) { return reinterpret_cast<Value*>(at); }

/// `Pixels` x `Vectors` sums stay in registers while the weights stream by.
template <int Vectors, int Pixels>
void conv_block(const ConvRow& job) {
  constexpr int groups = (Pixels + 2) / 3;  // three pixels to an address register
  const long step = job.step;
  for (int x = 0; x < job.pixels; x += Pixels) {
    Vec sums[Pixels][Vectors];
    for (auto& pixel : sums)
      for (Vec& sum : pixel) sum = Vec{};
    const Value* weights = values(job.weights);
    for (int t = 0; t < job.taps; ++t) {
      const Value* in[groups];
      for (int g = 0; g < groups; ++g) in[g] = values(job.rows[t]) + (x + 3 * g) * step;
#pragma GCC unroll 2
      for (int e = 0; e < job.run; e += pair) {
        Bits w[Vectors];
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) w[v] = load_bits(weights + v * lanes * pair);
#pragma GCC unroll 12
        for (int p = 0; p < Pixels; ++p) {
          const Bits input = spread(in[p / 3] + (p % 3) * step);
#pragma GCC unroll 4
          for (int v = 0; v < Vectors; ++v) sums[p][v] = multiply_add(sums[p][v], w[v], input);
        }
#pragma GCC unroll 4
        for (int g = 0; g < groups; ++g) in[g] += pair;
        weights += Vectors * lanes * pair;
      }
    }
#pragma GCC unroll 12
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v)
        store_floats(job.out + (x + p) * job.out_step + v * lanes, sums[p][v]);
  }
}

void conv(const ConvRow& job) {
  if (job.vectors == 1) return conv_block<1, 12>(job);
  if (job.vectors == 2) return conv_block<2, accumulators / 2>(job);
#if PASTICHE_LANES == 16
  if (job.vectors == 3) return conv_block<3, 8>(job);
  return conv_block<4, 6>(job);
#endif
}

#ifndef __AVX512BF16__
/// Down the rows with the points 0, 1, -1 and infinity, along them with 2 and -2 as well.
void to_parts(const TileRow& job) {
  static constexpr struct {
    int a, b;
    float sign;
  } down[4] = {{0, 2, -1}, {1, 2, 1}, {2, 1, -1}, {1, 3, -1}};
  for (int tile = 0; tile < job.tiles; ++tile)
    for (int c = 0; c < job.channels; c += lanes) {
      const long from = 4L * tile * job.channels + c;
      float* to = job.parts + long(tile) * job.channels + c;
#pragma GCC unroll 4
      for (const auto& [a, b, sign] : down) {
        Vec d[6];
#pragma GCC unroll 6
        for (int x = 0; x < 6; ++x)
          d[x] = load_floats(job.rows[a] + from + x * job.channels) +
                 sign * load_floats(job.rows[b] + from + x * job.channels);
        const Vec even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
        const Vec far_even = d[4] - d[2], far_odd = 2 * (d[3] - d[1]);
        store_floats(to, 4 * (d[0] - d[2]) + far_even);
        store_floats(to += job.part, even + odd);
        store_floats(to += job.part, even - odd);
        store_floats(to += job.part, far_even + far_odd);
        store_floats(to += job.part, far_even - far_odd);
        store_floats(to += job.part, 4 * (d[1] - d[3]) + (d[5] - d[3]));
        to += job.part;
      }
    }
}

void from_parts(const TileRow& job) {
  for (int tile = 0; tile < job.tiles; ++tile)
    for (int c = 0; c < job.channels; c += lanes) {
      const float* from = job.parts + long(tile) * job.channels + c;
      Vec y[4][4];
#pragma GCC unroll 4
      for (auto& row : y) {
        Vec m[6];
#pragma GCC unroll 6
        for (Vec& part : m) part = load_floats(from), from += job.part;
        const Vec sum = m[1] + m[2], apart = m[1] - m[2];
        const Vec far_sum = m[3] + m[4], far_apart = m[3] - m[4];
        row[0] = m[0] + sum + far_sum;
        row[1] = apart + 2 * far_apart;
        row[2] = sum + 4 * far_sum;
        row[3] = apart + 8 * far_apart + m[5];
      }
      const int pixels = job.pixels - 4 * tile;
      const long to = 4L * tile * job.channels + c;
#pragma GCC unroll 4
      for (int x = 0; x < 4; ++x) {
        if (x >= pixels) break;
        const long at = to + x * job.channels;
        if (job.outs[0]) store_floats(job.outs[0] + at, y[0][x] + (y[1][x] + y[2][x]));
        if (job.outs[1]) store_floats(job.outs[1] + at, (y[1][x] - y[2][x]) - y[3][x]);
      }
    }
}
#endif

// The last vector first: what it writes behind a pixel is the next pixel's, written later.
void finish(const float* sums, long step, int pixels, int channels, std::byte* out, float* sum,
            float* square) {
  for (int c = (channels - 1) / lanes * lanes; c >= 0; c -= lanes) {
    const Vec first = load_floats(sums + c);
    Vec total{}, squares{};
    for (int x = 0; x < pixels; ++x) {
      const Vec y = load_floats(sums + x * step + c);
      const Vec d = y - first;
      total += d;
      squares += d * d;
      if (out) store(values(out) + long(x) * channels + c, y);
    }
    store_floats(sum + c, total);
    store_floats(square + c, squares);
  }
}

template <bool Residual>
inline Vec normed(const NormRow& row, long at, Vec scale, Vec shift) {
  const Vec y = load(values(row.z) + at) * scale + shift;
  if (Residual) return y + load(values(row.residual) + at);
  return positive(y);
}

template <bool Residual>
void norm_row(const NormRow& row, std::byte* out) {
  for (int c = (row.channels - 1) / lanes * lanes; c >= 0; c -= lanes) {
    const Vec scale = load_floats(row.scale + c), shift = load_floats(row.shift + c);
    for (long at = c; at < long(row.pixels) * row.channels; at += row.channels)
      store(values(out) + at, normed<Residual>(row, at, scale, shift));
  }
}

void norm(const NormRow& row, std::byte* out) {
  row.residual ? norm_row<true>(row, out) : norm_row<false>(row, out);
}

/// Swaps the off-diagonal quarters of every 2 * Half square on the diagonal.
template <int Half, int... Lane>
inline void swap_quarters(Bits (&m)[lanes], std::integer_sequence<int, Lane...>) {
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i) {
    if (i & Half) continue;
    const Bits a = m[i], b = m[i + Half];
    m[i] = __builtin_shufflevector(a, b, ((Lane & Half) ? lanes + Lane - Half : Lane)...);
    m[i + Half] = __builtin_shufflevector(a, b, ((Lane & Half) ? lanes + Lane : Lane + Half)...);
  }
}

inline void transpose(Bits (&m)[lanes]) {
  constexpr std::make_integer_sequence<int, lanes> all;
  if constexpr (lanes > 8) swap_quarters<8>(m, all);
  if constexpr (lanes > 4) swap_quarters<4>(m, all);
  swap_quarters<2>(m, all);
  swap_quarters<1>(m, all);
}

void norm_planar(const NormRow& row, std::byte* out, long plane) {
  const int units = row.channels / pair;
  for (int u = 0; u < units; u += lanes) {
    Vec scale[pair], shift[pair];
    for (int k = 0; k < pair; ++k) {
      scale[k] = load_floats(row.scale + u * pair + k * lanes);
      shift[k] = load_floats(row.shift + u * pair + k * lanes);
    }
    const int here = units - u < lanes ? units - u : lanes;
    for (int x = 0; x < row.pixels; x += lanes) {
      Bits m[lanes];
#pragma GCC unroll 16
      for (int p = 0; p < lanes; ++p) {
        const long pixel = x + p < row.pixels ? x + p : row.pixels - 1;
        Value packed[lanes * pair];
        for (int k = 0; k < pair; ++k)
          store(packed + k * lanes, normed<false>(row, pixel * row.channels + u * pair + k * lanes,
                                                  scale[k], shift[k]));
        m[p] = load_bits(packed);
      }
      transpose(m);
      for (int k = 0; k < here; ++k)
        *reinterpret_cast<LooseBits*>(out + ((u + k) * plane + x) * 4) = m[k];
    }
  }
}

// Lanes are neighbouring pixels here: three channels would leave most of a vector empty.
void conv_planar(const PlanarRow& job) {
  constexpr int vectors = accumulators / 3;
  for (int x = 0; x < job.pixels; x += vectors * lanes) {
    Vec sums[3][vectors];
    for (auto& channel : sums)
      for (Vec& sum : channel) sum = Vec{};
    const std::byte* weights = job.weights;
    for (int u = 0; u < job.units; ++u)
      for (int t = 0; t < job.side; ++t) {
        const std::byte* in = job.planes + (u * job.plane + t * job.row + x) * 4;
        for (int k = 0; k < job.side; ++k, in += 4, weights += 12) {
          const Bits w[3] = {spread(weights), spread(weights + 4), spread(weights + 8)};
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) {
            const Bits input = load_bits(in + v * lanes * 4);
#pragma GCC unroll 3
            for (int c = 0; c < 3; ++c) sums[c][v] = multiply_add(sums[c][v], w[c], input);
          }
        }
      }
    for (int c = 0; c < 3; ++c)
      for (int v = 0; v < vectors; ++v) store_floats(job.out[c] + x + v * lanes, sums[c][v]);
  }
}

void to_values(const float* numbers, int count, std::byte* out) {
  for (int i = 0; i < count; i += lanes) store(values(out) + i, load_floats(numbers + i));
}

}  // namespace

const Kernels& PASTICHE_KERNELS() {
  static constexpr Kernels kernels = {
      .bf16 = sizeof(Value) == 2,
      .value = sizeof(Value),
      .lanes = lanes,
      .most_vectors = lanes == 16 ? 4 : 2,
      .conv = conv,
#ifdef __AVX512BF16__
      .to_parts = nullptr,
      .from_parts = nullptr,
#else
      .to_parts = to_parts,
      .from_parts = from_parts,
#endif
      .finish = finish,
      .norm = norm,
      .norm_planar = norm_planar,
      .conv_planar = conv_planar,
      .to_values = to_values,
  };
  return kernels;
}

}  // namespace pastiche::stream
