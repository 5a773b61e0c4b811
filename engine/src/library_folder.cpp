#include "library_folder.hpp"

#include <dlfcn.h>

namespace pastiche {

std::filesystem::path library_folder() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<const void*>(&library_folder), &info) || !info.dli_fname) return {};
  std::error_code error;
  const auto file =
      std::filesystem::canonical(info.dli_fname, error);  // through libpastiche.so -> .so.0
  return error ? std::filesystem::path() : file.parent_path();
}

std::filesystem::path library_beside(const char* name) {
  const std::filesystem::path folder = library_folder();
  for (const auto& file : {folder / name, folder / "src" / "torch" / name}) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) return file;
  }
  return {};
}

}  // namespace pastiche
