#include "pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace pastiche {

void give_back(void* begin, std::size_t bytes) {
  static const auto page = std::uintptr_t(sysconf(_SC_PAGESIZE));
  const auto at = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (at + page - 1) / page * page, last = (at + bytes) / page * page;
  // Where the system will not, the memory is merely given back later.
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

}  // namespace pastiche
