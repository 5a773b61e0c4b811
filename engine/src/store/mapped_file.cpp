#include "store/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
  throw Error(Error::Kind::NoModel,
              "The model file " + in_quotes(path.string()) + " cannot be read: " + why + ".");
}

std::string reason() { return std::generic_category().message(errno); }

/// A descriptor that is closed whatever happens.
struct Descriptor {
  const int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  // O_NONBLOCK: a pipe with a model's name must not stop the program.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0) refuse(path, reason());
  if (!S_ISREG(status.st_mode)) refuse(path, "it is no regular file");
  if (status.st_size == 0) return;  // nothing to map
  const auto size = std::size_t(status.st_size);
  void* start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (start == MAP_FAILED && errno == ENOMEM) throw std::bad_alloc();
  if (start == MAP_FAILED) refuse(path, reason());
  bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace pastiche
