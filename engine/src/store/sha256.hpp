#pragma once

#include <filesystem>
#include <string>

namespace pastiche {

/// Of a file's bytes, in lower-case hexadecimal. Throws Error::NoModel when the
/// file cannot be read. Remembered while the file does not change, because a
/// batch asks for the same model again and again.
std::string sha256_of(const std::filesystem::path& file);

}  // namespace pastiche
