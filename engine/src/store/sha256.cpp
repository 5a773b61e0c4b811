#include "store/sha256.hpp"

#include <glib.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "store/mapped_file.hpp"

namespace pastiche {
namespace {

/// What changes when a file's bytes do; the change time cannot be set back.
using Identity = std::tuple<dev_t, ino_t, off_t, time_t, long>;

Identity identity(const std::filesystem::path& file) {
  struct stat status = {};
  stat(file.c_str(), &status);  // a missing file is told by MappedFile
  return {status.st_dev, status.st_ino, status.st_size, status.st_ctim.tv_sec,
          status.st_ctim.tv_nsec};
}

}  // namespace

std::string sha256_of(std::span<const std::byte> bytes) {
  const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> checksum(
      g_checksum_new(G_CHECKSUM_SHA256), &g_checksum_free);
  constexpr std::size_t most = 1 << 30;  // g_checksum_update takes a signed length
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(most, bytes.size())))
    g_checksum_update(checksum.get(), reinterpret_cast<const guchar*>(bytes.data()),
                      gssize(std::min(most, bytes.size())));
  return g_checksum_get_string(checksum.get());
}

std::string sha256_of(const std::filesystem::path& file) {
  static std::mutex mutex;
  static std::map<Identity, std::string> known;
  const Identity before = identity(file);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(before); found != known.end()) return found->second;
  }
  std::string hash = sha256_of(MappedFile(file).bytes());
  const std::lock_guard lock(mutex);
  if (identity(file) == before) known[before] = hash;
  return hash;
}

}  // namespace pastiche
