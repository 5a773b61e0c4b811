#pragma once

#ifdef _OPENMP
#include <omp.h>
#endif

namespace pastiche::stream {

inline int threads() {
#ifdef _OPENMP
  return omp_get_max_threads();
#else
  return 1;
#endif
}

/// work(i, thread) for 0..count-1, on all of LibTorch's threads; in any order. Must not throw.
template <class Work>
void each(long count, const Work& work) {
#pragma omp parallel for schedule(dynamic) if (count > 1)
  for (long i = 0; i < count; ++i) {
#ifdef _OPENMP
    work(i, omp_get_thread_num());
#else
    work(i, 0);
#endif
  }
}

}  // namespace pastiche::stream
