#pragma once

#include <cstddef>

#include "pastiche/export.hpp"

namespace pastiche {

/// Gives the memory from `begin` on back to the system, whole pages of it, for a large buffer that
/// is used up from front to back: what was in them is lost, the buffer is still there.
PASTICHE_API void give_back(void* begin, std::size_t bytes);

}  // namespace pastiche
