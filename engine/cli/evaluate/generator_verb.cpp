#include "evaluate/generator_verb.hpp"

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.hpp"
#include "mark.hpp"
#include "pastiche/error.hpp"
#include "pastiche/evaluate.hpp"
#include "progress_bar.hpp"
#include "report.hpp"
#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

struct Call {
  explicit Call(CLI::App& verb) : settings(verb, generator_measuring_params()) {
    verb.add_option("MODEL", models, N_("The generators to measure: names, or files."));
    verb.add_flag("--json", as_json, json_help);
  }
  std::vector<std::string> models;
  bool as_json = false;
  RowFlags settings;
};

json object_of(const GeneratorScores& scores) {
  json object = {{"model", scores.model},
                 {"model-sha256", scores.model_sha256},
                 {"classifier", scores.classifier},
                 {"classifier-sha256", scores.classifier_sha256},
                 {"layer", scores.layer},
                 {"samples", scores.samples},
                 {"real", scores.real},
                 {"skipped", scores.skipped}};
  for (const GeneratorMeasure& measure : generator_measures())
    if (const double value = scores.*measure.value; std::isfinite(value))
      object[measure.name] = value;
  return object;
}

/// A line for each measure, a column for each model.
std::string table_of(const std::vector<GeneratorScores>& all) {
  std::string table = std::format("{:<27}", "");
  for (const GeneratorScores& scores : all) table += std::format(" {:>14.14}", scores.model);
  for (const GeneratorMeasure& measure : generator_measures()) {
    std::string line = std::format("\n{:<27}", _(measure.label));
    bool measured = false;
    for (const GeneratorScores& scores : all) {
      const double value = scores.*measure.value;
      measured |= std::isfinite(value);
      line += std::isfinite(value) ? std::format(" {:>14.4g}", value) : std::format(" {:>14}", "-");
    }
    if (measured) table += line;
  }
  return table;
}

std::string note_on(const GeneratorScores& scores) {
  return say(_("{}: {} samples beside {} real pictures, by {} of {} (sha256 {}...)."), scores.model,
             scores.samples, scores.real, scores.layer, scores.classifier,
             scores.classifier_sha256.substr(0, 12));
}

int evaluate_generator(const Call& call) {
  const Settings settings = call.settings.settings();
  if (call.models.empty())
    throw Error(Error::Kind::BadSetting, _("Which model? 'pastiche models list' has their names."));
  if (settings.text("real").empty())
    throw Error(Error::Kind::BadSetting, _("Which real pictures? --real DIR says."));
  std::vector<GeneratorScores> all;
  for (const std::string& model : call.models) {
    ProgressBar bar(model);
    all.push_back(measure_generator(model, settings, bar.progress()));
  }
  for (const GeneratorScores& scores : all)
    if (const std::string sentence = list_skipped(scores.skipped); !sentence.empty())
      tell(sentence);
  if (call.as_json) {
    json models = json::array();
    for (const GeneratorScores& scores : all) models.push_back(object_of(scores));
    print(json{{"models", models}, {"status", 0}}.dump(2, ' ', false,
                                                       json::error_handler_t::replace));
    return 0;
  }
  print(table_of(all));
  for (const GeneratorScores& scores : all) print(note_on(scores));
  return 0;
}

}  // namespace

void add_evaluate_generator(Verbs& verbs, CLI::App& evaluate) {
  CLI::App& verb = verbs.add(
      "generator", N_("Measures how like real pictures a generator's are, and how varied."),
      &evaluate);
  const auto call = std::make_shared<Call>(verb);
  verbs.does(verb, [call] { return evaluate_generator(*call); });
}

}  // namespace pastiche::cli
