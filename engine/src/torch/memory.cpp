#include "memory.hpp"

#include <c10/util/Exception.h>

#include <new>
#include <string_view>

namespace pastiche {

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error)) return true;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error)) return true;
  // LibTorch's allocator for the CPU has no type of its own for it.
  return dynamic_cast<const c10::Error*>(&error) &&
         std::string_view(error.what()).find("DefaultCPUAllocator") != std::string_view::npos;
}

}  // namespace pastiche
