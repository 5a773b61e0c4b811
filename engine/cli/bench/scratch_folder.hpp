#pragma once

#include <cstdlib>
#include <filesystem>

#include "pastiche/error.hpp"
#include "say.hpp"

namespace pastiche::cli {

/// A new folder for temporary files, which goes away with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pastiche-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw Error(Error::Kind::Output, say(_("No temporary folder can be made in {}."),
                                           std::filesystem::temp_directory_path().string()));
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  ScratchFolder(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace pastiche::cli
