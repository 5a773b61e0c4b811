#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.hpp"
#include "mark.hpp"
#include "pastiche/models.hpp"
#include "pastiche/trainer.hpp"
#include "progress_bar.hpp"
#include "report.hpp"
#include "say.hpp"
#include "verbs.hpp"
#include "whole_file.hpp"

namespace pastiche::cli {
namespace {

struct Call {
  Call(CLI::App& verb, const Trainer& trainer) : trainer(trainer), settings(verb, trainer.params) {
    verb.add_option("-o,--output", output);
    verb.add_flag("--json", json);
    for (const Input& input : trainer.inputs)
      verb.add_option(std::string("--") + input.name, files[input.name])->allow_extra_args(false);
  }
  const Trainer& trainer;
  std::string output;
  bool json = false;
  Paths files;
  RowFlags settings;
};

/// What has a name of its own can do without -o: it becomes one of the user's models.
std::string output_of(const Call& call, const Settings& settings) {
  if (!call.output.empty()) return call.output;
  const bool can_have_name = std::ranges::count(
      call.trainer.params, "name", [](const Param& param) { return std::string_view(param.name); });
  if (!can_have_name)
    throw Error(Error::Kind::BadSetting, _("Where shall the model go? -o FILE.safetensors says."));
  const std::string& name = settings.text("name");
  if (name.empty())
    throw Error(Error::Kind::BadSetting,
                _("Where shall the model go? --name NAME makes it one of yours, -o "
                  "FILE.safetensors says another place."));
  std::filesystem::create_directories(user_models());
  return user_models() / (name + ".safetensors");
}

int run_call(const Call& call) {
  const Settings settings = call.settings.settings();
  const std::string output = output_of(call, settings);
  check_writable(output);
  Pictures pictures;
  for (const auto& [input, paths] : call.files)
    for (const std::string& path : paths) pictures[input].push_back(read_picture(path).image);
  Facts facts;
  {
    ProgressBar bar(call.trainer.name);
    facts = train(call.trainer, pictures, settings, output, bar.progress());
  }
  if (facts.contains("advice")) tell(facts["advice"]);
  if (call.json) print(nlohmann::json{{"output", output}, {"status", 0}, {"facts", facts}}.dump());
  return 0;
}

}  // namespace

void add_train_verb(Verbs& verbs) {
  CLI::App& train = verbs.add("train", N_("Learns a model from a folder of pictures."));
  for (const Trainer& trainer : trainers()) {
    CLI::App& verb = verbs.add(trainer.name, trainer.help, &train);
    const auto call = std::make_shared<Call>(verb, trainer);
    verbs.does(verb, [call] { return run_call(*call); });
  }
}

}  // namespace pastiche::cli
