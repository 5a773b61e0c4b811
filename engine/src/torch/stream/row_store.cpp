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

int make_file(const std::filesystem::path& folder, std::size_t bytes) {
  std::string name = (folder / "pastiche-XXXXXX").string();
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) refuse_file(folder, bytes, errno);
  unlink(name.c_str());
  // All of it now: a disk that is full is told of before the work, not after half of it.
  if (const int error = posix_fallocate(file, 0, off_t(bytes))) {
    close(file);
    refuse_file(folder, bytes, error);
  }
  return file;
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

RowStore::RowStore(std::size_t row_bytes, int rows, int slots, const std::filesystem::path& folder)
    : row_bytes_(row_bytes),
      bytes_(row_bytes * std::size_t(rows) * std::size_t(slots)),
      rows_(rows) {
  for (int slot = slots; slot-- > 0;) free_.push_back(slot);
  if (folder.empty())
    memory_ = make_memory(bytes_);
  else
    file_ = make_file(folder, bytes_);
}

RowStore::~RowStore() {
  if (memory_) munmap(memory_, bytes_);
  if (file_ >= 0) close(file_);
}

Slots RowStore::take(int count) {
  const Slots slots(free_.end() - count, free_.end());
  free_.resize(free_.size() - slots.size());
  return slots;
}

void RowStore::give_back(Slots& slots) {
  free_.insert(free_.end(), slots.begin(), slots.end());
  slots.clear();
}

std::size_t RowStore::offset(const Slots& slots, int row) const {
  return (std::size_t(slots.at(std::size_t(row / rows_))) * std::size_t(rows_) +
          std::size_t(row % rows_)) *
         row_bytes_;
}

const std::byte* RowStore::read(const Slots& slots, int row, std::byte* buffer) const {
  const std::size_t at = offset(slots, row);
  if (memory_) return memory_ + at;
  move_all(row_bytes_, "read", [&](std::size_t done) {
    return pread(file_, buffer + done, row_bytes_ - done, off_t(at + done));
  });
  return buffer;
}

std::byte* RowStore::place(const Slots& slots, int row, std::byte* buffer) {
  return memory_ ? memory_ + offset(slots, row) : buffer;
}

void RowStore::write(const Slots& slots, int row, const std::byte* filled) {
  if (memory_) return;
  const std::size_t at = offset(slots, row);
  move_all(row_bytes_, "written", [&](std::size_t done) {
    return pwrite(file_, filled + done, row_bytes_ - done, off_t(at + done));
  });
}

std::filesystem::path spill_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen && *chosen ? chosen : "/var/tmp";
}

}  // namespace pastiche::stream
