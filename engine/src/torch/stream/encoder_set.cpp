// Compiled once for each instruction set: see instruction_set.cpp.
#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "stream/encoder_kernels.hpp"

namespace pastiche::stream {
namespace {

constexpr int lanes = PASTICHE_LANES;
constexpr int parts = group / lanes;  // vectors of a group

using Vec = float __attribute__((vector_size(lanes * 4)));
using Bits = std::int32_t __attribute__((vector_size(lanes * 4)));
using LooseVec = float __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

inline Vec load_floats(const float* at) { return *reinterpret_cast<const LooseVec*>(at); }
inline void store_floats(float* at, Vec x) { *reinterpret_cast<LooseVec*>(at) = x; }
inline Vec larger(Vec a, Vec b) { return a > b ? a : b; }

#ifdef __AVX512BF16__
using Value = std::uint16_t;

inline Vec load(const Value* at) {
  const auto wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
  return Vec(_mm512_slli_epi32(wide, 16));
}
inline void store(Value* at, Vec x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), __m256i(_mm512_cvtneps_pbh(__m512(x))));
}
#else
using Value = float;

inline Vec load(const Value* at) { return load_floats(at); }
inline void store(Value* at, Vec x) { store_floats(at, x); }
#endif

const Value* values(const std::byte* at) { return reinterpret_cast<const Value*>(at); }
Value* values(std::byte* at) { return reinterpret_cast<Value*>(at); }

/// A bit for each lane where a > b.
inline unsigned above(Vec a, Vec b) {
#if PASTICHE_LANES == 16
  return _mm512_cmp_ps_mask(__m512(a), __m512(b), _CMP_GT_OQ);
#elif PASTICHE_LANES == 8
  return unsigned(_mm256_movemask_ps(__m256(a > b)));
#elif defined(__x86_64__)
  return unsigned(_mm_movemask_ps(__m128(a > b)));
#else
  unsigned bits = 0;
  for (int i = 0; i < lanes; ++i) bits |= unsigned(a[i] > b[i]) << i;
  return bits;
#endif
}

/// `x` in the lanes whose bit is set, 0 in the others.
inline Vec where(unsigned bits, Vec x) {
#if PASTICHE_LANES == 16
  return Vec(_mm512_maskz_mov_ps(__mmask16(bits), __m512(x)));
#else
  Bits lane;
  for (int i = 0; i < lanes; ++i) lane[i] = 1 << i;
  return Vec(((Bits{} + int(bits)) & lane) != 0 ? Bits(x) : Bits{});
#endif
}

void activate(const float* sums, const float* bias, int pixels, int channels, std::byte* out,
              float* floats, std::uint16_t* signs) {
  Value* to = values(out);
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < channels; c += group) {
      unsigned positive = 0;
      for (int k = 0; k < parts; ++k, sums += lanes, to += lanes) {
        const Vec x = load_floats(sums) + load_floats(bias + c + k * lanes);
        positive |= above(x, Vec{}) << (k * lanes);
        store(to, larger(x, Vec{}));
        if (floats) store_floats(floats, larger(x, Vec{})), floats += lanes;
      }
      if (signs) *signs++ = std::uint16_t(positive);
    }
}

void pool(const std::byte* upper, const std::byte* lower, int pixels, int channels, std::byte* out,
          std::uint16_t* which, bool largest) {
  Value* to = values(out);
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < channels; c += group) {
      unsigned low = 0, high = 0;
      for (int k = 0; k < parts; ++k, to += lanes) {
        const long at = 2L * p * channels + c + k * lanes;
        const Vec a = load(values(upper) + at), b = load(values(upper) + at + channels);
        const Vec d = load(values(lower) + at), e = load(values(lower) + at + channels);
        if (!largest) {
          store(to, (a + b + (d + e)) * 0.25f);
          continue;
        }
        const Vec top = larger(b, a), bottom = larger(e, d);
        const unsigned right_above = above(b, a), right_below = above(e, d);
        const unsigned below = above(bottom, top);
        low |= ((below & right_below) | (~below & right_above)) << (k * lanes);
        high |= below << (k * lanes);
        store(to, larger(bottom, top));
      }
      if (which) *which++ = std::uint16_t(low), *which++ = std::uint16_t(high);
    }
}

void unpool(const float* gradient, const std::uint16_t* which, int pixels, int channels,
            float* upper, float* lower, bool largest) {
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < channels; c += group) {
      const unsigned low = largest ? *which++ : 0, high = largest ? *which++ : 0;
      for (int k = 0; k < parts; ++k, gradient += lanes) {
        const Vec g = load_floats(gradient);
        const long at = 2L * p * channels + c + k * lanes;
        for (unsigned place = 0; place < 4; ++place) {
          float* to = (place < 2 ? upper : lower) + at + (place % 2) * channels;
          const unsigned here = (place % 2 ? low : ~low) & (place < 2 ? ~high : high);
          store_floats(to,
                       largest ? where((here >> (k * lanes)) & ((1u << lanes) - 1), g) : g * 0.25f);
        }
      }
    }
}

void gate(const float* gradient, const float* more, const std::uint16_t* signs, int pixels,
          int channels, std::byte* out) {
  Value* to = values(out);
  for (int i = 0; i < pixels * channels; i += group, ++signs)
    for (int k = 0; k < parts; ++k, gradient += lanes, to += lanes) {
      Vec g = load_floats(gradient);
      if (more) g += load_floats(more), more += lanes;
      store(to, where(unsigned(*signs) >> (k * lanes), g));
    }
}

/// Adds a' b of `a` {pixels, Rows of channels} and `b` {pixels, Vectors of channels}.
template <int Vectors, int Rows>
inline void outer(const float* a, const float* b, int pixels, int channels, double* products) {
  Vec sums[Rows][Vectors];
  for (auto& row : sums)
    for (Vec& sum : row) sum = Vec{};
  for (int p = 0; p < pixels; ++p, a += channels, b += channels) {
    Vec right[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) right[v] = load_floats(b + v * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] += a[r] * right[v];
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v)
      for (int i = 0; i < lanes; ++i)
        products[r * channels + v * lanes + i] += double(sums[r][v][i]);
}

void moments(const float* x, const float* pivot, const float* weights, int pixels, int channels,
             float* room, double* sum, double* products) {
  for (int c = 0; c < channels; c += lanes) {
    Vec total{};
    for (int p = 0; p < pixels; ++p) {
      const float weight = weights ? weights[p] : 1;
      const Vec d = load_floats(x + long(p) * channels + c) - load_floats(pivot + c);
      store_floats(room + long(p) * channels + c, d * __builtin_sqrtf(weight));
      total += d * weight;
    }
    for (int i = 0; i < lanes; ++i) sum[c + i] += double(total[i]);
  }
  constexpr int rows = lanes == 16 ? 8 : 4, wide = 2;
  for (int r = 0; r < channels; r += rows)
    for (int c = 0; c < channels; c += wide * lanes) {
      double* to = products + r * channels + c;
      if (channels - c >= wide * lanes)
        outer<wide, rows>(room + r, room + c, pixels, channels, to);
      else
        outer<1, rows>(room + r, room + c, pixels, channels, to);
    }
}

void shift(const float* x, const float* shift, float factor, int pixels, int channels, float* out) {
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < channels; c += lanes, x += lanes, out += lanes)
      store_floats(out, load_floats(x) + load_floats(shift + c) * factor);
}

}  // namespace

const EncoderKernels& encoder::PASTICHE_KERNELS() {
  static constexpr EncoderKernels kernels = {
      .activate = activate,
      .pool = pool,
      .unpool = unpool,
      .gate = gate,
      .moments = moments,
      .shift = shift,
  };
  return kernels;
}

}  // namespace pastiche::stream
