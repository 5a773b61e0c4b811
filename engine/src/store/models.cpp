#include "pastiche/models.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "pastiche/error.hpp"
#include "store/architecture.hpp"
#include "store/atomic_file.hpp"
#include "store/generator_plan.hpp"
#include "store/json_text.hpp"
#include "store/manifest.hpp"
#include "store/sha256.hpp"
#include "store/small_file.hpp"
#include "store/style_rows.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* extension = ".safetensors";
constexpr std::size_t longest_card = 1 << 20;

[[noreturn]] void refuse(const fs::path& file, const std::string& what) {
  throw Error(Error::Kind::NoModel, "The model " + in_quotes(file.string()) + " " + what + ".");
}

fs::path card_of(fs::path file) { return file.replace_extension(".json"); }

/// The card as JSON; {} without one.
json parse_card(const fs::path& file) {
  const auto text = read_small_file(card_of(file), longest_card);
  if (!text) return json::object();
  try {
    json card = parse_json(*text, 16);
    if (card.is_object()) return card;
  } catch (const std::invalid_argument& error) {
    refuse(file, std::string("has a broken card: it is ") + error.what());
  }
  refuse(file, "has a broken card: it is no JSON object");
}

std::string text_of(const json& card, const char* key) {
  const auto found = card.find(key);
  return found != card.end() && found->is_string() ? found->get<std::string>() : "unknown";
}

std::string metadata_of(const TensorFile& tensors, const char* key) {
  const auto found = tensors.metadata().find(key);
  return found == tensors.metadata().end() ? "" : found->second;
}

StyleRows rows_in(const fs::path& file, const TensorFile& tensors) try {
  return style_rows(tensors.metadata());
} catch (const std::invalid_argument& error) {
  refuse(file, error.what());
}

/// A style or texture on its own is called as its file, so that renaming that renames it.
void name_style(Model& model) {
  if ((model.architecture == "style" || model.architecture == "texture") &&
      model.styles.size() == 1)
    model.styles = {model.name};
}

/// What can be asked of a generator.
void read_generator(Model& model, const TensorFile& tensors) try {
  model.rebuilds = model.architecture == "vae";
  if (model.rebuilds || model.architecture == "generator" || model.architecture == "torchscript")
    model.classes = plan_in(tensors.metadata()).classes;
} catch (const std::invalid_argument& error) {
  refuse(model.file, error.what());
}

/// A model as its file and card tell.
Model read_file(const fs::path& file) {
  const TensorFile tensors(file);
  const std::string architecture = metadata_of(tensors, "architecture");
  if (architecture.empty())
    refuse(file,
           "does not say its architecture; make it one of Pastiche's with "
           "\"pastiche models import\"");
  const json card = parse_card(file);
  const StyleRows rows = rows_in(file, tensors);
  Model model = {.name = file.stem().string(),
                 .architecture = architecture,
                 .file = file,
                 .sha256 = sha256_of(file),
                 .licence = text_of(card, "licence"),
                 .trained_on = text_of(card, "trained-on"),
                 .styles = rows.styles,
                 .strokes = rows.strokes,
                 .base = metadata_of(tensors, "base"),
                 .base_sha256 = metadata_of(tensors, "base-sha256"),
                 .classes = {}};
  name_style(model);
  read_generator(model, tensors);
  return model;
}

/// A model its folder's manifest vouches for.
Model read_row(const fs::path& folder, const ManifestRow& row) {
  const fs::path file = file_in_folder(folder, row.file);
  if (const auto bytes = fs::file_size(file); bytes != row.bytes)
    refuse(file, "is not the file its manifest vouches for: it has " + std::to_string(bytes) +
                     " bytes instead of " + std::to_string(row.bytes) + "; fetch or make it again");
  if (const std::string hash = sha256_of(file); hash != row.sha256)
    refuse(file, "is not the file its manifest vouches for: its sha256 is " + hash +
                     " instead of " + row.sha256 + "; fetch or make it again");
  Model model = read_file(file);
  if (model.architecture != row.architecture)
    refuse(file, "is of the architecture " + in_quotes(model.architecture) +
                     ", but its manifest says " + in_quotes(row.architecture));
  model.name = row.name;
  name_style(model);
  model.licence = row.licence;
  model.trained_on = row.trained_on;
  model.in_manifest = true;
  return model;
}

/// Plain model files in the folder that no row of its manifest speaks of.
std::vector<std::string> unlisted(const fs::path& folder, const std::vector<ManifestRow>& rows) {
  std::set<std::string> names;
  std::error_code error;
  for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error))
    if (i->path().extension() == extension && !i->path().filename().string().starts_with('.'))
      names.insert(i->path().filename().string());
  for (const ManifestRow& row : rows) names.erase(row.file);
  return {names.begin(), names.end()};
}

Model read_unlisted(const fs::path& folder, const std::string& name) {
  Model model = read_file(file_in_folder(folder, name));
  if (!is_model_name(model.name))
    refuse(model.file, "has a name that is not of a-z, 0-9, '.', '_' and '-'; rename it");
  return model;
}

/// The model of that name in one folder; nothing when there is none.
std::optional<Model> find_in(const fs::path& folder, const std::string& name) {
  std::vector<std::string> problems;
  for (const ManifestRow& row : read_manifest(folder, problems))
    if (row.name == name) return read_row(folder, row);
  std::error_code error;
  if (is_model_name(name) && fs::exists(folder / (name + extension), error))
    return read_unlisted(folder, name + extension);
  return std::nullopt;
}

/// The model of that path, held to its folder's manifest when that speaks of it.
Model find_file(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  std::vector<std::string> problems;
  for (const ManifestRow& row : read_manifest(folder, problems))
    if (row.file == file.filename()) return read_row(folder, row);
  return read_file(file);
}

bool is_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(extension);
}

[[noreturn]] void refuse_unknown(std::string_view name, std::string_view architecture,
                                 const std::string& folder) {
  std::vector<std::string> names;
  for (const Model& model : list_models(folder))
    if (architecture.empty() || model.architecture == architecture) names.push_back(model.name);
  std::vector<std::string> places;
  for (const fs::path& place : model_folders(folder)) places.push_back(in_quotes(place.string()));
  const std::string kind = architecture.empty() ? "model" : std::string(architecture) + " model";
  throw Error(Error::Kind::NoModel, "There is no " + kind + " " + in_quotes(name) + " in " +
                                        listed(places, "or") + "; there are: " + listed(names) +
                                        ".");
}

}  // namespace

std::vector<Model> list_models(const std::string& folder, std::vector<std::string>* problems) {
  std::map<std::string, Model> models;  // a name found first hides the same name further on
  std::vector<std::string> trouble;
  const auto add = [&](auto&& read) {
    try {
      Model model = read();
      models.emplace(model.name, std::move(model));
    } catch (const Error& error) {
      trouble.emplace_back(error.what());
    }
  };
  for (const fs::path& place : model_folders(folder)) {
    const auto rows = read_manifest(place, trouble);
    for (const ManifestRow& row : rows) add([&] { return read_row(place, row); });
    for (const std::string& name : unlisted(place, rows))
      add([&] { return read_unlisted(place, name); });
  }
  if (problems) *problems = std::move(trouble);
  std::vector<Model> list;
  for (auto& [name, model] : models) list.push_back(std::move(model));
  return list;
}

Model find_model(std::string_view name, std::string_view architecture, const std::string& folder) {
  std::optional<Model> model;
  if (is_path(name)) model = find_file(name);
  for (const fs::path& place : model ? std::vector<fs::path>() : model_folders(folder))
    if ((model = find_in(place, std::string(name)))) break;
  if (!model) refuse_unknown(name, architecture, folder);
  if (!architecture.empty() && model->architecture != architecture)
    refuse(model->file, "is of the architecture " + in_quotes(model->architecture) +
                            ", but a model of the architecture " + in_quotes(architecture) +
                            " is needed");
  return *model;
}

void verify_model(const Model& model) {
  if (find_file(model.file).sha256 != model.sha256)
    refuse(model.file, "has changed since it was found");
  const TensorFile tensors(model.file);
  Shapes shapes;
  for (const auto& [name, tensor] : tensors.tensors()) shapes[name] = tensor.shape;
  try {
    check_architecture(model.architecture, shapes, style_rows(tensors.metadata()).count());
  } catch (const std::invalid_argument& error) {
    refuse(model.file, error.what());
  }
}

std::vector<OfferedStyle> list_styles(const Model& transformer, const std::string& folder) {
  std::vector<OfferedStyle> offered;
  const auto add = [&](const Model& model, bool own) {
    for (std::size_t i = 0; i < model.styles.size(); ++i)
      if (!std::ranges::count(offered, model.styles[i], &OfferedStyle::name))
        offered.push_back({model.styles[i], model.name, model.file, i, own});
  };
  add(transformer, false);
  for (const Model& model : list_models(folder))
    if (model.architecture == "style" && model.base_sha256 == transformer.sha256)
      add(model, model.file.parent_path() == user_models());
  return offered;
}

std::string read_card(const Model& model) { return parse_card(model.file).dump(2); }

Model register_model(const fs::path& file, const std::string& card_json) {
  check_model_file(file);
  write_file(card_of(file), card_json + (card_json.ends_with('\n') ? "" : "\n"));
  Model model = read_file(file);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  put_into_manifest(folder, {.name = model.name,
                             .file = file.filename().string(),
                             .sha256 = model.sha256,
                             .architecture = model.architecture,
                             .licence = model.licence,
                             .trained_on = model.trained_on,
                             .bytes = fs::file_size(file),
                             .styles = model.styles});
  model.in_manifest = true;
  return model;
}

}  // namespace pastiche
