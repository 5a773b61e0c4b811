#include "stream/kernels.hpp"

namespace pastiche::stream {

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

}  // namespace pastiche::stream
