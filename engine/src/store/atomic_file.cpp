#include "store/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

std::filesystem::path hidden_beside(const std::filesystem::path& path) {
  static std::atomic<unsigned> count = 0;
  return path.parent_path() / ("." + path.filename().string() + "." + std::to_string(getpid()) +
                               "-" + std::to_string(count++) + ".part");
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& path) : path_(path) {
  do {  // a leftover of a killed process may have taken the name
    hidden_ = hidden_beside(path);
    file_ = open(hidden_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) fail();
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) close(file_);
  if (!hidden_.empty()) unlink(hidden_.c_str());
}

void AtomicFile::fail() const {
  const std::string reason = std::generic_category().message(errno);
  throw Error(Error::Kind::Output,
              "The file " + in_quotes(path_.string()) + " cannot be written: " + reason + ".");
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    bytes = bytes.subspan(std::size_t(written));
  }
}

void AtomicFile::write(std::string_view text) {
  write(std::as_bytes(std::span(text.data(), text.size())));
}

void AtomicFile::commit() {
  if (fsync(file_) != 0 || close(std::exchange(file_, -1)) != 0) fail();
  if (rename(hidden_.c_str(), path_.c_str()) != 0) fail();
  hidden_.clear();
  // The rename itself must survive a power cut too; a folder that cannot be
  // flushed (some network file systems) is no reason to report a failure.
  const auto parent = path_.parent_path();
  const int folder = open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace pastiche
