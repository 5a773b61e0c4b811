#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace pastiche {

/// The text of a manifest or card; nothing when there is no such file. Throws
/// Error::NoModel when it is no regular file, cannot be read, or is longer than `most` bytes.
std::optional<std::string> read_small_file(const std::filesystem::path& file, std::size_t most);

}  // namespace pastiche
