#pragma once

#include <filesystem>
#include <string>

/// The path of a file or folder that lies beside the plug-in.
std::string own_file(const char* name);

/// Where styles are learnt: a folder for each that is being learnt.
std::filesystem::path learning_folder();

/// Removes what processes left below `parent` that were killed at work.
void remove_abandoned(const std::filesystem::path& parent);

/// A new, empty folder below another, removed with all that is in it.
class WorkFolder {
 public:
  /// Throws Error::Output with the reason when there can be no such folder.
  explicit WorkFolder(const std::filesystem::path& parent);
  WorkFolder(const WorkFolder&) = delete;
  ~WorkFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path parent_;
  std::filesystem::path path_;
};
