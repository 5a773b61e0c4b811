#include "whole_file.hpp"

#include <fcntl.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "pastiche/error.hpp"
#include "say.hpp"
#include "store/atomic_file.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;

Error unreadable(const std::string& path, const char* reason) {
  return Error(Error::Kind::BadImage, say(_("{} cannot be read: {}."), in_quotes(path), reason));
}

Error unwritable(const fs::path& path, const char* reason) {
  return Error(Error::Kind::Output,
               say(_("{} cannot be written: {}."), in_quotes(path.string()), reason));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

/// Where the bytes go: the file a link points to, with its folder.
fs::path target_of(const std::string& path) {
  std::error_code ignored;
  fs::path target = path;
  if (fs::is_symlink(target, ignored)) target = fs::weakly_canonical(target, ignored);
  return target.has_parent_path() ? target : fs::path(".") / target;
}

}  // namespace

Bytes read_whole_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about = {};
  if (file.get() < 0 || fstat(file.get(), &about) != 0)
    throw unreadable(path, std::strerror(errno));
  if (S_ISDIR(about.st_mode)) throw unreadable(path, _("it is a folder, and a file is needed"));
  if (!S_ISREG(about.st_mode)) throw unreadable(path, _("it is no ordinary file"));
  Bytes bytes(std::size_t(about.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t count = read(file.get(), bytes.data() + have, bytes.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw unreadable(path, std::strerror(errno));
    if (count == 0) break;  // it shrank meanwhile
    have += std::size_t(count);
  }
  bytes.resize(have);
  return bytes;
}

void write_whole_file(const std::string& path, ByteSpan bytes) {
  AtomicFile file(target_of(path));
  file.write(std::as_bytes(bytes));
  file.commit();
}

void check_writable(const std::string& path) {
  const fs::path target = target_of(path);
  std::error_code ignored;
  if (fs::is_directory(target, ignored))
    throw unwritable(path, _("it is a folder, and the name of a file is needed"));
  if (!fs::is_directory(target.parent_path(), ignored))
    throw unwritable(
        path, say(_("there is no folder {}"), in_quotes(target.parent_path().string())).c_str());
  const AtomicFile trial(target);  // removed again
}

std::string sha256_of(ByteSpan bytes) {
  char* text = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.data(), bytes.size());
  std::string hash(text);
  g_free(text);
  return hash;
}

}  // namespace pastiche::cli
