#include "stream/kernels.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace pastiche::stream {
namespace {

/// Seconds of a convolution whose weights and pixels stay in the nearest cache.
double seconds_of(const Kernels& kernels) {
  constexpr int channels = 64, pixels = 48;
  const std::vector<std::byte> row(std::size_t(channels * (pixels + 12) * kernels.value + slack));
  const std::vector<std::byte> weights(std::size_t(channels * channels * kernels.value + slack));
  std::vector<float> sums(std::size_t(channels * (pixels + 12)));
  const std::byte* const rows[] = {row.data()};
  const auto begin = std::chrono::steady_clock::now();
  for (int first = 0; first < channels; first += kernels.most_vectors * kernels.lanes)
    kernels.conv({.rows = rows,
                  .taps = 1,
                  .run = channels,
                  .step = channels,
                  .weights = weights.data(),
                  .vectors = kernels.most_vectors,
                  .out = sums.data() + first,
                  .out_step = channels,
                  .pixels = pixels});
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

bool measure_bf16() {
  const Kernels &in_fp32 = best_kernels(false), &in_bf16 = best_kernels(true);
  if (!in_bf16.bf16) return false;
  double fp32 = 1, bf16 = 1;
  for (int i = 0; i < 16; ++i) {  // the least of many, for whatever else runs here
    fp32 = std::min(fp32, seconds_of(in_fp32));
    bf16 = std::min(bf16, seconds_of(in_bf16));
  }
  return fp32 > 1.5 * bf16;
}

}  // namespace

const Kernels& best_kernels([[maybe_unused]] bool bf16) {
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (bf16 && avx512 && __builtin_cpu_supports("avx512bf16")) return avx512_bf16_kernels();
  if (avx512) return avx512_kernels();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_kernels();
#endif
  return plain_kernels();
}

bool is_faster_in_bf16() {
  static const bool faster = measure_bf16();
  return faster;
}

const Kernels& kernels_for(std::string_view precision) {
  return best_kernels(precision == "bf16" || (precision == "auto" && is_faster_in_bf16()));
}

}  // namespace pastiche::stream
