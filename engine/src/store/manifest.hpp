#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pastiche {

/// One model a folder's manifest.json vouches for.
struct ManifestRow {
  std::string name, file, sha256, architecture, licence, trained_on;
  std::uint64_t bytes = 0;
  std::vector<std::string> styles;
};

/// Throws BadSetting unless `file` is called NAME.safetensors, NAME such as
/// is_model_name() takes.
void check_model_file(const std::filesystem::path& file);

/// The rows of the folder's manifest; none without one. A broken row is left
/// out and told in `problems`, a broken manifest has no rows.
std::vector<ManifestRow> read_manifest(const std::filesystem::path& folder,
                                       std::vector<std::string>& problems);

/// Puts the row in, in place of one of the same name. Locked against other
/// programs that do the same. Throws Error::Output; or NoModel when the
/// manifest there is broken, which is left as it is.
void put_into_manifest(const std::filesystem::path& folder, const ManifestRow& row);

/// Takes the row of that name out, if there is one. Locks and throws as above.
void remove_from_manifest(const std::filesystem::path& folder, const std::string& name);

/// Whether `file` names something in a folder itself: no "../x", no "/x".
bool is_plain_file_name(const std::string& file);

/// `folder / file` when `file` is the plain name of a regular file that really
/// lies in `folder`. Throws Error::NoModel for "../x", "/x" or a link that leads
/// elsewhere.
std::filesystem::path file_in_folder(const std::filesystem::path& folder, const std::string& file);

}  // namespace pastiche
