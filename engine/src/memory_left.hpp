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

/// The parts of allowed_memory(). What is reserved counts in the first two, used or not.
PASTICHE_API std::size_t address_space_left();
PASTICHE_API std::size_t data_left();

/// What the groups in `list` leave, by their files under `groups`.
PASTICHE_API std::size_t left_in_groups(const std::filesystem::path& list = "/proc/self/cgroup",
                                        const std::filesystem::path& groups = "/sys/fs/cgroup");

}  // namespace pastiche
