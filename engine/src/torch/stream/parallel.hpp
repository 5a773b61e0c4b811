#pragma once

#ifdef _OPENMP
#include <omp.h>
#endif

#include <algorithm>
#include <exception>

namespace pastiche::stream {

inline int threads() {
#ifdef _OPENMP
  return omp_get_max_threads();
#else
  return 1;
#endif
}

/// work(i, thread) for 0..count-1, on all of LibTorch's threads; in any order. Throws, when all is
/// over, what the first of them to fail threw.
template <class Work>
void each(long count, const Work& work) {
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic) if (count > 1)
  for (long i = 0; i < count; ++i) try {
#ifdef _OPENMP
      work(i, omp_get_thread_num());
#else
      work(i, 0);
#endif
    } catch (...) {
#pragma omp critical
      if (!failure) failure = std::current_exception();
    }
  if (failure) std::rethrow_exception(failure);
}

/// work(begin, end, thread) for rows first..last-1, `together` at a time from multiples of that on.
template <class Work>
void each_rows(long first, long last, long together, const Work& work) {
  const long begin = first / together;
  each((last - 1) / together - begin + 1, [&](long i, int worker) {
    const long from = (begin + i) * together;
    work(std::max(first, from), std::min(last, from + together), worker);
  });
}

}  // namespace pastiche::stream
