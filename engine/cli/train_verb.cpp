#include <memory>
#include <nlohmann/json.hpp>

#include "flags.hpp"
#include "mark.hpp"
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
  }
  const Trainer& trainer;
  std::string output;
  bool json = false;
  RowFlags settings;
};

int run_call(const Call& call) {
  const Settings settings = call.settings.settings();
  if (call.output.empty())
    throw Error(Error::Kind::BadSetting, _("Where shall the model go? -o FILE.safetensors says."));
  check_writable(call.output);
  {
    ProgressBar bar(call.trainer.name);
    train(call.trainer, settings, call.output, bar.progress());
  }
  if (call.json) print(nlohmann::json{{"output", call.output}, {"status", 0}}.dump());
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
