#include "stream/row_store.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "pastiche/error.hpp"

namespace pastiche::stream {
namespace {

[[noreturn]] void refuse_file(const std::filesystem::path& folder, std::size_t bytes, int error) {
  throw Error(
      Error::Kind::OutOfMemory,
      "The picture does not fit the memory, and a temporary file of " +
          std::to_string(bytes >> 20) + " MiB could not be kept in " + folder.string() + " (" +
          std::strerror(error) +
          "); TMPDIR may name another folder, or a larger memory or a smaller size may do.");
}

// Neighbouring rows of the coarsest layer lie in different files: see Places.
constexpr int rows_together = 4;

int make_file(const std::filesystem::path& folder, std::size_t bytes, std::size_t all) {
  std::string name = (folder / "pastiche-XXXXXX").string();
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) refuse_file(folder, all, errno);
  unlink(name.c_str());
  // All of it now: a disk that is full is told of before the work, not after half of it.
  if (const int error = posix_fallocate(file, 0, off_t(bytes))) {
    close(file);
    refuse_file(folder, all, error);
  }
  return file;
}

std::vector<int> make_files(const std::filesystem::path& folder, std::size_t count,
                            std::size_t row_bytes, int rows) {
  const std::size_t all = row_bytes * std::size_t(rows);
  const std::size_t groups = std::size_t((rows + rows_together - 1) / rows_together);
  const std::size_t each = (groups + count - 1) / count * rows_together * row_bytes;
  std::vector<int> files;
  files.reserve(count);
  try {
    while (files.size() < count) files.push_back(make_file(folder, each, all));
  } catch (...) {
    for (const int file : files) close(file);
    throw;
  }
  return files;
}

std::byte* make_memory(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return static_cast<std::byte*>(memory);
}

/// `transfer(done)` moves bytes from there on and returns how many, as pread() does.
template <class Transfer>
void move_all(std::size_t bytes, const char* what, Transfer transfer) {
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t moved = transfer(done);
    if (moved > 0) done += std::size_t(moved);
    if (moved == 0 || (moved < 0 && errno != EINTR))
      throw Error(Error::Kind::OutOfMemory, std::string("The temporary file could not be ") + what +
                                                " (" + std::strerror(moved ? errno : EIO) +
                                                "); a larger memory or a smaller size may do.");
  }
}

}  // namespace

RowStore::RowStore(std::size_t row_bytes, int rows, int threads,
                   const std::filesystem::path& folder)
    : row_bytes_(row_bytes), rows_(rows) {
  if (folder.empty())
    memory_ = make_memory(row_bytes * std::size_t(rows));
  else
    files_ = make_files(folder, std::size_t(threads), row_bytes, rows);
}

RowStore::~RowStore() {
  if (memory_) munmap(memory_, row_bytes_ * std::size_t(rows_));
  for (const int file : files_) close(file);
}

RowStore::At RowStore::at(int row) const {
  const int group = row / rows_together, files = int(files_.size());
  return {files_[std::size_t(group % files)],
          std::size_t(group / files * rows_together + row % rows_together) * row_bytes_};
}

const std::byte* RowStore::read(int row, std::byte* buffer) const {
  if (memory_) return memory_ + std::size_t(row) * row_bytes_;
  const auto [file, start] = at(row);
  move_all(row_bytes_, "read", [&](std::size_t done) {
    return pread(file, buffer + done, row_bytes_ - done, off_t(start + done));
  });
  return buffer;
}

std::byte* RowStore::place(int row, std::byte* buffer) {
  return memory_ ? memory_ + std::size_t(row) * row_bytes_ : buffer;
}

void RowStore::write(int row, const std::byte* filled) {
  if (memory_) return;
  const auto [file, start] = at(row);
  move_all(row_bytes_, "written", [&](std::size_t done) {
    return pwrite(file, filled + done, row_bytes_ - done, off_t(start + done));
  });
}

std::filesystem::path spill_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen && *chosen ? chosen : "/var/tmp";
}

}  // namespace pastiche::stream
