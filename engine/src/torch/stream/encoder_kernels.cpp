#include "stream/encoder_kernels.hpp"

namespace pastiche::stream {

const EncoderKernels& encoder_kernels([[maybe_unused]] const Kernels& kernels) {
#ifdef __x86_64__
  if (&kernels == &avx512_bf16_kernels()) return encoder::avx512_bf16_kernels();
  if (&kernels == &avx512_kernels()) return encoder::avx512_kernels();
  if (&kernels == &avx2_kernels()) return encoder::avx2_kernels();
#endif
  return encoder::plain_kernels();
}

}  // namespace pastiche::stream
