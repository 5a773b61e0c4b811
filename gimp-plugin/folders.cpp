#include "folders.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimp.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>

#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "words.hpp"

namespace {

namespace fs = std::filesystem;

/// Folders are called PID-XXXXXX after the process that made them.
bool is_abandoned(const fs::path& folder) {
  const int process = std::atoi(folder.filename().c_str());
  return process > 0 && kill(process, 0) != 0 && errno == ESRCH;
}

}  // namespace

std::string own_file(const char* name) {
  g_autofree char* folder = g_path_get_dirname(gimp_get_progname());
  g_autofree char* path = g_build_filename(folder, name, nullptr);
  return path;
}

fs::path learning_folder() { return pastiche::user_models() / ".learning"; }

void remove_abandoned(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator i(parent, error), end; !error && i != end; i.increment(error)) {
    std::error_code ignored;
    if (is_abandoned(i->path())) fs::remove_all(i->path(), ignored);
  }
  fs::remove(parent, error);  // unless there is something in it
}

WorkFolder::WorkFolder(const fs::path& parent) : parent_(parent) {
  remove_abandoned(parent);
  std::error_code error;
  fs::create_directories(parent, error);
  std::string name = (parent / (std::to_string(getpid()) + "-XXXXXX")).string();
  if (!error && !mkdtemp(name.data())) error = {errno, std::generic_category()};
  if (error)
    throw pastiche::Error(pastiche::Error::Kind::Output,
                          words(_("The folder \"%s\" cannot be written to (%s)."), parent.c_str(),
                                error.message().c_str()));
  path_ = name;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  fs::remove(parent_, ignored);  // unless another process works in it
}
