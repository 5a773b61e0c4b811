#include <memory>
#include <nlohmann/json.hpp>

#include "flags.hpp"
#include "mark.hpp"
#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "pastiche/torchscript.hpp"
#include "report.hpp"
#include "say.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

struct Call {
  std::string what, folder, name, new_name, colours = "imagenet";
  std::vector<std::string> models;
  bool as_json = false, trusted = false;
  std::unique_ptr<RowFlags> torchscript;
};

json object_of(const Model& model) {
  return {{"name", model.name},
          {"architecture", model.architecture},
          {"file", model.file},
          {"sha256", model.sha256},
          {"licence", model.licence},
          {"trained-on", model.trained_on},
          {"styles", model.styles},
          {"classes", model.classes},
          {"strokes", model.strokes},
          {"base", model.base},
          {"base-sha256", model.base_sha256},
          {"in-manifest", model.in_manifest}};
}

std::string dumped(const json& object) {
  return object.dump(2, ' ', false, json::error_handler_t::replace);
}

int list(const Call& call) {
  std::vector<std::string> problems;
  const std::vector<Model> models = list_models(call.folder, &problems);
  for (const std::string& problem : problems) tell(problem);
  if (call.as_json) {
    json all = json::array();
    for (const Model& model : models) all.push_back(object_of(model));
    print(dumped({{"models", all}, {"problems", problems}}));
    return 0;
  }
  for (const Model& model : models)
    print(std::format("{:<24} {:<12} {}", model.name, model.architecture,
                      model.styles.empty() ? model.trained_on : listed(model.styles)));
  return 0;
}

const std::string& needed(const std::string& word, const char* what) {
  if (word.empty()) throw Error(Error::Kind::BadSetting, what);
  return word;
}

int info(const Call& call) {
  const Model model =
      find_model(needed(call.what, _("Which model? 'pastiche models list' has their names.")), "",
                 call.folder);
  const std::string card = read_card(model);
  if (call.as_json) {
    json object = object_of(model);
    object["card"] = json::parse(card, nullptr, false);
    print(dumped(object));
    return 0;
  }
  print(std::format("{:<13} {}", _("name"), model.name));
  print(std::format("{:<13} {}", _("architecture"), model.architecture));
  print(std::format("{:<13} {}", _("file"), model.file.string()));
  print(std::format("{:<13} {}", "sha256", model.sha256));
  print(std::format("{:<13} {}", _("licence"), model.licence));
  print(std::format("{:<13} {}", _("trained on"), model.trained_on));
  if (!model.styles.empty()) print(std::format("{:<13} {}", _("styles"), listed(model.styles)));
  if (!model.classes.empty()) print(std::format("{:<13} {}", _("classes"), listed(model.classes)));
  if (!model.base.empty()) print(std::format("{:<13} {}", _("learnt for"), model.base));
  print(std::format("{:<13} {}", _("vouched for"), model.in_manifest ? _("yes") : _("no")));
  print("\n" + card);
  return 0;
}

int import(const Call& call) {
  const std::string& file = needed(call.what, _("Which file? 'pastiche models import FILE' says."));
  const Model model =
      call.trusted ? import_torchscript(file, call.name, call.folder, call.torchscript->settings())
                   : import_model(file, call.name, call.folder, call.colours);
  if (call.as_json)
    print(dumped(object_of(model)));
  else
    print(say(_("{} ({}) is now {}"), model.name, model.architecture, model.file.string()));
  if (call.trusted)
    tell(say(_("{} is a program: it runs, with all that you may do, whenever the model is used."),
             in_quotes(file)));
  return 0;
}

int rename(const Call& call) {
  const char* usage =
      _("Which model, and what to call it? 'pastiche models rename NAME NEW' says.");
  const Model model = rename_model(needed(call.what, usage), needed(call.new_name, usage));
  if (call.as_json)
    print(dumped(object_of(model)));
  else
    print(say(_("{} is now called {}."), call.what, model.name));
  return 0;
}

int remove(const Call& call) {
  remove_model(needed(call.what, _("Which model? 'pastiche models list' has their names.")));
  if (call.as_json)
    print(dumped({{"removed", call.what}, {"status", 0}}));
  else
    print(say(_("{} is removed."), call.what));
  return 0;
}

/// Every model named, or all there are; the first failure's status, the others still looked at.
int verify(const Call& call) {
  std::vector<std::string> problems, good;
  if (call.models.empty())
    for (const Model& model : list_models(call.folder, &problems)) good.push_back(model.name);
  const std::vector<std::string> names =
      call.models.empty() ? std::exchange(good, {}) : call.models;
  for (const std::string& name : names) try {
      verify_model(find_model(name, "", call.folder));
      good.push_back(name);
    } catch (const Error& e) {
      problems.push_back(e.what());
    }
  for (const std::string& problem : problems) tell(problem);
  const int status = problems.empty() ? 0 : exit_status(Error::Kind::NoModel);
  if (call.as_json)
    print(dumped({{"good", good}, {"problems", problems}, {"status", status}}));
  else
    for (const std::string& name : good) print(say(_("{} is whole."), name));
  return status;
}

}  // namespace

void add_models_verb(Verbs& verbs) {
  CLI::App& models = verbs.add("models", N_("Lists, imports, checks, renames and removes models."));
  const auto call = std::make_shared<Call>();
  const auto add = [&](const char* name, const char* help,
                       int (*action)(const Call&)) -> CLI::App& {
    CLI::App& verb = verbs.add(name, help, &models);
    verb.add_option("--folder", call->folder, N_("A further folder of models."));
    verb.add_flag("--json", call->as_json, json_help);
    verbs.does(verb, [call, action] { return action(*call); });
    return verb;
  };
  add("list", N_("Every model that is found."), list);
  add("info", N_("One model and its card."), info)
      .add_option("MODEL", call->what, N_("Its name, or a file."));
  CLI::App& importing = add("import", N_("Takes a safetensors or PyTorch file over."), import);
  importing.add_option("FILE", call->what, N_("The file to take over."));
  importing.add_option("--name", call->name, N_("What to call it; else as the file."));
  importing.add_option("--colours", call->colours,
                       N_("Of a VGG: imagenet (torchvision's) or caffe (the original weights)."));
  importing.add_flag("--trusted-torchscript", call->trusted,
                     N_("The file is a TorchScript module that makes pictures of latents. That is "
                        "a program, which runs whenever the model is used: only for files of a "
                        "maker you trust."));
  call->torchscript = std::make_unique<RowFlags>(importing, torchscript_params());
  CLI::App& renaming = add("rename", N_("Renames a model of your own."), rename);
  renaming.add_option("NAME", call->what, N_("Its name."));
  renaming.add_option("NEW", call->new_name, N_("What to call it."));
  add("remove", N_("Removes a model of your own, with its card."), remove)
      .add_option("NAME", call->what, N_("Its name."));
  add("verify", N_("Checks files, hashes, shapes and cards."), verify)
      .add_option("MODEL", call->models, N_("Which; all without."));
}

}  // namespace pastiche::cli
