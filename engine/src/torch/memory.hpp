#pragma once

#include <exception>

namespace pastiche {

/// Whether LibTorch or the system had no memory left, on the GPU or the CPU: less at once may do.
bool is_out_of_memory(const std::exception& error);

}  // namespace pastiche
