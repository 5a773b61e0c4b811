#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace pastiche {

/// A regular file's bytes, mapped read-only. The size is taken once, at
/// opening: a file that someone shortens in place while it is in use ends the
/// process (SIGBUS), which is why Pastiche itself only ever replaces files.
class MappedFile {
 public:
  /// Throws Error::NoModel when `path` is no regular file that can be read.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace pastiche
