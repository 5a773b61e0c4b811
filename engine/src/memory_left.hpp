#pragma once

#include <cstddef>
#include <filesystem>

#include "pastiche/export.hpp"

namespace pastiche {

/// Bytes that limits from outside leave this process: of its address space and its data (ulimit -v
/// and -d), and of its control groups of either version. The largest number where there are none.
PASTICHE_API std::size_t allowed_memory();

/// Of these, what the machine has free without swapping.
PASTICHE_API std::size_t free_memory();

/// Bytes of address space alone that are left: all that a library needs to be loaded.
PASTICHE_API std::size_t address_space_left();

/// Part of allowed_memory(): what the groups in `list`, as /proc/self/cgroup has them, leave, by
/// their files under `groups`.
PASTICHE_API std::size_t left_in_groups(const std::filesystem::path& list,
                                        const std::filesystem::path& groups);

}  // namespace pastiche
