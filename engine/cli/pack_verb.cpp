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

const Params rows = {
    {.name = "side",
     .label = N_("Side"),
     .help = N_("Shrink pictures until their shorter side has at most so many pixels; 0 keeps "
                "them as they are"),
     .initial = 384,
     .min = 0,
     .max = 65536},
};

struct Call {
  explicit Call(CLI::App& verb) : settings(verb, rows) {
    verb.add_option("DIR", folder, N_("The folder, searched with its subfolders."));
    verb.add_option("-o,--output", output, N_("The file to write."));
    verb.add_flag("--json", json, json_help);
  }
  std::string folder, output;
  bool json = false;
  RowFlags settings;
};

int run_call(const Call& call) {
  const Settings settings = call.settings.settings();
  if (call.folder.empty())
    throw Error(Error::Kind::BadSetting, _("Which folder? 'pastiche pack DIR -o FILE' says."));
  if (call.output.empty())
    throw Error(Error::Kind::BadSetting, _("Where shall the pack go? -o FILE.safetensors says."));
  check_writable(call.output);
  Facts facts;
  {
    ProgressBar bar("pack");
    facts = pack_pictures(call.folder, call.output, settings.whole("side"), bar.progress());
  }
  if (facts.contains("advice")) tell(facts["advice"]);
  if (call.json)
    print(nlohmann::json{{"output", call.output}, {"status", 0}, {"facts", facts}}.dump());
  else
    print(say(_("{} pictures are in {}."), facts["pictures"], call.output));
  return 0;
}

}  // namespace

void add_pack_verb(Verbs& verbs) {
  CLI::App& verb = verbs.add("pack", N_("Packs a folder of pictures into one file to train from."));
  const auto call = std::make_shared<Call>(verb);
  verbs.does(verb, [call] { return run_call(*call); });
}

}  // namespace pastiche::cli
