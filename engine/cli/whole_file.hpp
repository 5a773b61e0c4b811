#pragma once

#include <string>

#include "picture/raster.hpp"

namespace pastiche::cli {

/// All of an ordinary file. Throws BadImage with the reason.
Bytes read_whole_file(const std::string& path);

/// Writes a temporary file beside `path` and renames it, so that whatever happens the old file or
/// the new one is there, never a half, and nothing else. Follows a symbolic link. Throws Output.
void write_whole_file(const std::string& path, ByteSpan bytes);

/// Throws Output unless write_whole_file could begin: a folder that is there and takes new files.
void check_writable(const std::string& path);

/// 64 hexadecimal digits.
std::string sha256_of(ByteSpan bytes);

}  // namespace pastiche::cli
