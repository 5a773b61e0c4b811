#include "store/manifest.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "store/atomic_file.hpp"
#include "store/json_text.hpp"
#include "store/small_file.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* manifest_name = "manifest.json";
constexpr std::size_t longest_manifest = 4 << 20;
constexpr std::size_t longest_name = 64;

std::string text_of(const json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || !found->is_string())
    throw std::invalid_argument(std::string("it has no text ") + in_quotes(key));
  return found->get<std::string>();
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::string> styles_of(const json& row) {
  std::vector<std::string> styles;
  const auto found = row.find("styles");
  if (found == row.end()) return styles;
  if (!found->is_array()) throw std::invalid_argument("its styles are no list");
  for (const json& style : *found) {
    if (!style.is_string()) throw std::invalid_argument("one of its styles is no text");
    styles.push_back(style);
  }
  return styles;
}

ManifestRow read_row(const json& row) {
  if (!row.is_object()) throw std::invalid_argument("it is no object");
  ManifestRow result{.name = text_of(row, "name"),
                     .file = text_of(row, "file"),
                     .sha256 = text_of(row, "sha256"),
                     .architecture = text_of(row, "architecture"),
                     .licence = text_of(row, "licence"),
                     .trained_on = text_of(row, "trained-on"),
                     .styles = styles_of(row)};
  if (!is_model_name(result.name))
    throw std::invalid_argument("its name is " + in_quotes(result.name) +
                                ", but must be of a-z, 0-9, '.', '_' and '-'");
  if (!is_sha256(result.sha256)) throw std::invalid_argument("its sha256 has not 64 digits of hex");
  const auto bytes = row.find("bytes");
  if (bytes == row.end() || !bytes->is_number_unsigned())
    throw std::invalid_argument("its bytes are no whole number");
  result.bytes = bytes->get<std::uint64_t>();
  return result;
}

/// The document; {"models": []} when there is none yet. Throws std::invalid_argument.
json read_document(const fs::path& folder) {
  const auto text = read_small_file(folder / manifest_name, longest_manifest);
  if (!text) return {{"models", json::array()}};
  json document = parse_json(*text, 6);
  const bool has_models = document.is_object() && document.contains("models");
  if (!has_models || !document["models"].is_array())
    throw std::invalid_argument("it has no list of \"models\"");
  return document;
}

std::string broken(const fs::path& folder, const std::string& what) {
  return "The manifest " + in_quotes((folder / manifest_name).string()) + " is broken: " + what +
         ".";
}

json to_json(const ManifestRow& row) {
  json value = {{"name", row.name},
                {"file", row.file},
                {"sha256", row.sha256},
                {"bytes", row.bytes},
                {"architecture", row.architecture},
                {"licence", row.licence},
                {"trained-on", row.trained_on}};
  if (!row.styles.empty()) value["styles"] = row.styles;
  return value;
}

/// Held while the manifest is read, changed and written: a lock on its folder.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder)
      : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ >= 0)
      flock(descriptor_, LOCK_EX);  // without locks there, writing is still whole
  }
  ~FolderLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  const int descriptor_;
};

json::iterator find_row(json& models, const std::string& name) {
  return std::ranges::find_if(models, [&](const json& row) {
    return row.is_object() && row.value("name", json()) == name;
  });
}

template <class Edit>
void change_manifest(const fs::path& folder, Edit edit) {
  const FolderLock lock(folder);
  json document;
  try {
    document = read_document(folder);
  } catch (const std::invalid_argument& error) {
    throw Error(Error::Kind::NoModel, broken(folder, error.what()));
  }
  edit(document["models"]);
  write_file(folder / manifest_name, document.dump(2) + "\n");
}

}  // namespace

bool is_model_name(const std::string& name) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view rest = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= longest_name && name != "manifest" &&
         first.find(name[0]) != std::string_view::npos &&
         name.find_first_not_of(rest) == std::string::npos;
}

void check_model_file(const fs::path& file) {
  if (!is_model_name(file.stem().string()) || file.extension() != ".safetensors")
    throw Error(Error::Kind::BadSetting,
                "A model file cannot be called " + in_quotes(file.filename().string()) +
                    "; it must be NAME.safetensors, its name of a-z, 0-9, '.', '_' and '-'.");
}

std::vector<ManifestRow> read_manifest(const fs::path& folder, std::vector<std::string>& problems) {
  std::vector<ManifestRow> rows;
  json document;
  try {
    document = read_document(folder);
  } catch (const std::invalid_argument& error) {
    problems.push_back(broken(folder, error.what()));
    return rows;
  } catch (const Error& error) {
    problems.emplace_back(error.what());
    return rows;
  }
  for (const json& entry : document["models"]) {
    const std::string which = "row " + std::to_string(&entry - &document["models"][0] + 1) + ": ";
    try {
      ManifestRow row = read_row(entry);
      if (std::ranges::count(rows, row.name, &ManifestRow::name))
        throw std::invalid_argument("the name " + in_quotes(row.name) + " occurs twice");
      rows.push_back(std::move(row));
    } catch (const std::invalid_argument& error) {
      problems.push_back(broken(folder, which + error.what()));
    }
  }
  return rows;
}

void put_into_manifest(const fs::path& folder, const ManifestRow& row) {
  change_manifest(folder, [&](json& models) {
    const auto found = find_row(models, row.name);
    if (found != models.end())
      *found = to_json(row);
    else
      models.push_back(to_json(row));
  });
}

void remove_from_manifest(const fs::path& folder, const std::string& name) {
  change_manifest(folder, [&](json& models) {
    const auto found = find_row(models, name);
    if (found != models.end()) models.erase(found);
  });
}

bool is_plain_file_name(const std::string& file) {
  return !file.empty() && file != "." && file != ".." &&
         file.find_first_of(std::string("/\\\0", 3)) == std::string::npos;
}

fs::path file_in_folder(const fs::path& folder, const std::string& file) {
  const auto refuse = [&](const std::string& why) -> fs::path {
    throw Error(Error::Kind::NoModel, "The model file " + in_quotes(file) + " of the folder " +
                                          in_quotes(folder.string()) + " is not used: " + why +
                                          ".");
  };
  if (!is_plain_file_name(file)) return refuse("it must be a plain file name");
  std::error_code error;
  const fs::path real = fs::canonical(folder / file, error);
  if (error) return refuse(error.message());
  if (real.parent_path() != fs::canonical(folder, error))
    return refuse("it is a link to " + in_quotes(real.string()) + ", outside the folder");
  if (!fs::is_regular_file(real, error)) return refuse("it is no regular file");
  return folder / file;
}

}  // namespace pastiche
