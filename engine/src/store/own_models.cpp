#include <algorithm>
#include <optional>
#include <vector>

#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "store/atomic_file.hpp"
#include "store/manifest.hpp"
#include "store/mapped_file.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr const char* extension = ".safetensors";

/// Where one of the user's own models lies; it may be broken.
struct Place {
  fs::path file;
  std::optional<ManifestRow> row;
};

[[noreturn]] void refuse_output(const fs::path& file, const char* what,
                                const std::error_code& error) {
  throw Error(Error::Kind::Output, "The file " + in_quotes(file.string()) + " cannot be " + what +
                                       ": " + error.message() + ".");
}

[[noreturn]] void refuse_missing(const std::string& name) {
  std::vector<std::string> own;
  bool elsewhere = false;
  for (const Model& model : list_models()) {
    if (model.file.parent_path() == user_models()) own.push_back(model.name);
    elsewhere |= model.name == name;
  }
  throw Error(Error::Kind::NoModel,
              (elsewhere ? "The model " + in_quotes(name) + " came with Pastiche and stays"
                         : "There is no model " + in_quotes(name) + " of your own") +
                  "; your own, in " + in_quotes(user_models().string()) + ", are: " + listed(own) +
                  ".");
}

Place find_own(const std::string& name) {
  if (!is_model_name(name) || user_models().empty()) refuse_missing(name);
  std::vector<std::string> problems;
  const auto rows = read_manifest(user_models(), problems);
  const auto row = std::ranges::find(rows, name, &ManifestRow::name);
  const bool in_manifest = row != rows.end();
  const bool plain = in_manifest && is_plain_file_name(row->file) && row->file.ends_with(extension);
  const fs::path file = user_models() / (plain ? row->file : name + extension);
  std::error_code error;
  if (!in_manifest && !fs::exists(fs::symlink_status(file, error))) refuse_missing(name);
  return {file, in_manifest ? std::optional(*row) : std::nullopt};
}

fs::path card_of(fs::path file) { return file.replace_extension(".json"); }

/// What a training left beside its model: FILE.csv, FILE.samples.jpg, FILE.checkpoint.
std::vector<fs::path> left_beside(const fs::path& file) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator i(file.parent_path(), error), end; !error && i != end;
       i.increment(error)) {
    const std::string name = i->path().filename().string();
    const bool model = name.ends_with(extension) || name.ends_with(".json");  // of such a name
    if (name.starts_with(file.filename().string() + ".") && !model) found.push_back(i->path());
  }
  return found;
}

/// `from` under a second name, at once and whole; nothing when there is no `from`.
void link(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return;
  fs::create_hard_link(from, to, error);
  if (!error) return;
  // Not every file system has links.
  const MappedFile mapped(from);
  AtomicFile copy(to);
  copy.write(mapped.bytes());
  copy.commit();
}

void remove_file(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error) refuse_output(file, "removed", error);
}

void check_new_name(const std::string& name) {
  if (!is_model_name(name) || name.ends_with(extension))
    throw Error(Error::Kind::BadSetting,
                "A model cannot be called " + in_quotes(name) +
                    "; its name must be of a-z, 0-9, '.', '_' and '-', 64 at most, and start with "
                    "a letter or digit.");
  const fs::path file = user_models() / (name + extension);
  std::error_code error;
  bool taken = fs::exists(file, error) || fs::exists(card_of(file), error);
  for (const Model& model : list_models()) taken |= model.name == name;
  if (taken)
    throw Error(Error::Kind::BadSetting,
                "There is a model " + in_quotes(name) + " already; choose a name that none has.");
}

}  // namespace

Model rename_model(const std::string& name, const std::string& new_name) {
  const Place old = find_own(name);
  const std::string old_file = old.file.filename().string();
  find_model(name, "");  // a broken one is told of
  check_new_name(new_name);
  const fs::path file = user_models() / (new_name + extension);
  link(card_of(old.file), card_of(file));
  link(old.file, file);
  if (old.row) {
    ManifestRow row = *old.row;
    row.name = new_name;
    row.file = file.filename().string();
    if (row.architecture == "style" && row.styles.size() == 1) row.styles = {new_name};
    put_into_manifest(user_models(), row);
    remove_from_manifest(user_models(), name);
  }
  remove_file(old.file);
  remove_file(card_of(old.file));
  for (const fs::path& left : left_beside(old.file)) {
    std::error_code error;  // no loss where it fails
    fs::rename(left, fs::path(file) += left.filename().string().substr(old_file.size()), error);
  }
  return find_model(new_name, "");
}

void remove_model(const std::string& name) {
  const Place place = find_own(name);
  if (place.row) remove_from_manifest(user_models(), name);
  remove_file(place.file);
  remove_file(card_of(place.file));
  for (const fs::path& file : left_beside(place.file)) remove_file(file);
}

}  // namespace pastiche
