#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "pastiche/export.hpp"

namespace pastiche {

/// Of a file's bytes, in lower-case hexadecimal. Throws Error::NoModel when the
/// file cannot be read. Remembered while the file does not change, because a
/// batch asks for the same model again and again.
std::string sha256_of(const std::filesystem::path& file);
PASTICHE_API std::string sha256_of(std::span<const std::byte> bytes);

}  // namespace pastiche
