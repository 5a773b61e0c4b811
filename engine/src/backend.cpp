#include "backend.hpp"

#include <dlfcn.h>

#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include "library_folder.hpp"
#include "memory_left.hpp"
#include "pastiche/version.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr const char* library_name = "libpastiche-torch.so";

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Error::Kind::NoDevice, sentence);
}

fs::path find_library() {
  const fs::path file = library_beside(library_name);
  if (!file.empty()) return file;
  refuse(std::string("The computing library ") + library_name + " is not in " +
         in_quotes(library_folder().string()) +
         "; install it (Debian's package libtorch2.6 and Pastiche built with it) to run filters.");
}

/// Throws OutOfMemory where a limit leaves no room for the library: OpenBLAS, which it computes
/// with, would try again for ever to get its 128 MiB for each thread.
void check_room() {
  constexpr std::size_t mebi = 1 << 20;
  const std::size_t threads = std::thread::hardware_concurrency();
  const auto check = [](std::size_t left, std::size_t needed, const char* kind) {
    if (left / mebi >= needed) return;
    throw Error(Error::Kind::OutOfMemory,
                "The computing library takes " + std::to_string(needed) + " MiB of " + kind +
                    ", and a limit from outside leaves " + std::to_string(left / mebi) +
                    "; a larger one would do.");
  };
  check(address_space_left(), 700 + 200 * threads, "address space (ulimit -v)");
  check(data_left(), 160 + 160 * threads, "data (ulimit -d)");
  check(left_in_groups(), 192, "memory (of the control group)");
}

const Backend* open_library() {
  const fs::path file = find_library();
  check_room();
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = dlerror();
    refuse("The computing library cannot be opened (" + std::string(reason ? reason : "unknown") +
           "); install LibTorch, or build Pastiche anew against the one installed.");
  }
  const auto entry =
      reinterpret_cast<decltype(&pastiche_backend)>(dlsym(library, "pastiche_backend"));
  const Backend* table = entry ? entry() : nullptr;
  if (!table || !table->version || std::strcmp(table->version, version()) != 0) {
    const std::string theirs = table && table->version ? table->version : "unknown";
    refuse("The computing library " + in_quotes(file.string()) + " is of version " + theirs +
           ", but Pastiche is " + version() + "; install both from the same release.");
  }
  return table;  // stays open: LibTorch's threads and caches do not survive being unloaded
}

}  // namespace

const Backend& backend() {
  static std::mutex mutex;
  static const Backend* opened = nullptr;  // a failure is not kept: the next call tries again
  const std::lock_guard lock(mutex);
  if (!opened) opened = open_library();
  return *opened;
}

}  // namespace pastiche
