#include <cstdlib>
#include <string>

#include "library_folder.hpp"
#include "pastiche/models.hpp"
#include "store/small_file.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// An absolute folder out of the environment; empty when unset or relative
/// (which the XDG base directory specification says to ignore).
fs::path folder_from(const char* variable) {
  const char* text = std::getenv(variable);
  const fs::path folder = text ? text : "";
  return folder.is_absolute() ? folder : fs::path();
}

/// Where this library's own models lie. Meson writes `models.path` beside the
/// library in the build tree only; what is installed finds its data from where
/// it lies, so that a prefix can be moved.
fs::path own_models() {
  const fs::path library = library_folder();
  constexpr std::size_t longest_path = 4096;
  if (auto path = read_small_file(library / "models.path", longest_path)) {
    while (path->ends_with('\n')) path->pop_back();
    return *path;
  }
  return (library / PASTICHE_MODELS_FROM_LIBRARY).lexically_normal();
}

}  // namespace

fs::path user_models() {
  fs::path data = folder_from("XDG_DATA_HOME");
  const fs::path home = folder_from("HOME");
  if (data.empty() && !home.empty()) data = home / ".local/share";
  return data.empty() ? data : data / "pastiche/models";
}

std::vector<fs::path> model_folders(const std::string& setting) {
  std::vector<fs::path> folders;
  if (!setting.empty()) folders.emplace_back(setting);
  if (const fs::path user = user_models(); !user.empty()) folders.push_back(user);
  folders.push_back(own_models());
  return folders;
}

}  // namespace pastiche
