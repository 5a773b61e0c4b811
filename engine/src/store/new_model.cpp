#include "store/new_model.hpp"

#include <cctype>

#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "pastiche/version.hpp"
#include "store/json_text.hpp"
#include "store/sha256.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

std::string default_name(const fs::path& file) {
  std::string name = file.stem().string();
  for (char& c : name) {
    c = char(std::tolower(static_cast<unsigned char>(c)));
    if (!is_model_name(std::string("a") + c)) c = '-';
  }
  return name;
}

}  // namespace

std::string name_for(const fs::path& file, const std::string& wanted) {
  const std::string own = wanted.empty() ? default_name(file) : wanted;
  if (!is_model_name(own))
    throw Error(Error::Kind::BadSetting, "The model's name is " + in_quotes(own) +
                                             ", but must be of a-z, 0-9, '.', '_' and '-' and "
                                             "start with a letter or digit.");
  return own;
}

fs::path prepare_folder(const fs::path& wanted) {
  const fs::path folder = wanted.empty() ? user_models() : wanted;
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (folder.empty() || error)
    throw Error(Error::Kind::Output,
                "The folder of models " + in_quotes(folder.string()) +
                    " cannot be made: " + (error ? error.message() : "HOME is not set") + ".");
  return folder;
}

std::string imported_card(const fs::path& file, const std::string& name,
                          const std::string& recognised, const Metadata& metadata) {
  const nlohmann::ordered_json text = {
      {"name", name},
      {"architecture", metadata.at("architecture")},
      {"made-by", std::string("imported by Pastiche ") + version()},
      {"source", file.filename().string()},
      {"source-sha256", sha256_of(file)},
      {"recognised-as", recognised},
      {"settings", metadata},
      {"licence", "unknown"},
      {"trained-on", "unknown"},
  };
  return text.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace pastiche
