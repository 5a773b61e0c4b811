#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "pastiche/export.hpp"

namespace pastiche {

/// A file that appears whole or not at all: written under a hidden name beside
/// `path`, flushed to the disk and renamed by commit(); removed without it.
/// Everything here throws Error::Output with the name and the system's reason.
class PASTICHE_API AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  void commit();

 private:
  [[noreturn]] void fail() const;

  std::filesystem::path path_, hidden_;
  int file_ = -1;
};

/// The whole of a small text file, at once.
PASTICHE_API void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace pastiche
