#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "evaluate/comparison.hpp"
#include "evaluate/folder.hpp"
#include "evaluate/generator_verb.hpp"
#include "flags.hpp"
#include "mark.hpp"
#include "pastiche/models.hpp"
#include "picture/image_file.hpp"
#include "report.hpp"
#include "say.hpp"
#include "store/atomic_file.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char *table_name = "results.csv", *sheet_name = "contact-sheet.jpg",
                     *kept_name = "results", *squeezenet = "squeezenet";

const Params& plan_params() {
  static const Params rows = {
      {.name = "size",
       .label = N_("Size"),
       .help = N_("Longest side that pictures are shrunk to, in pixels; 0 leaves them as they "
                  "are. Default 512."),
       .initial = 512,
       .min = 0,
       .max = 65536},
      {.name = "pairs",
       .label = N_("Pairs"),
       .help = N_("How many pairs of a content and a style to draw; 0, the default, is all."),
       .initial = 0,
       .min = 0,
       .max = 1'000'000},
      {.name = "seed",
       .label = N_("Seed"),
       .help = N_("Which pairs are drawn."),
       .initial = 0,
       .min = 0,
       .max = 1 << 30},
  };
  return rows;
}

struct Call {
  explicit Call(CLI::App& verb) : plan(verb, plan_params()), measuring(verb, measuring_params()) {
    verb.add_option("--content", content, N_("The folder of pictures to repaint, or one picture."));
    verb.add_option("--style", style, N_("The folder of pictures whose style to take, or one."));
    verb.add_option("--method", methods,
                    N_("NAME or NAME:setting=value,...: a filter, content, colour-transfer or wct; "
                       "several may follow."));
    verb.add_option(
        "-o,--output", output,
        N_("The folder for results.csv, contact-sheet.jpg and the results themselves, which "
           "later calls take up; made if need be."));
    verb.add_flag("--json", as_json, json_help);
  }
  std::string content, style, output;
  std::vector<std::string> methods;
  bool as_json = false;
  RowFlags plan, measuring;
};

void need(const std::string& text, const char* sentence) {
  if (text.empty()) throw Error(Error::Kind::BadSetting, sentence);
}

/// Throws NoModel unless there is a network to measure with.
Model find_judge(const Settings& measuring) {
  const std::string& name = measuring.text("encoder");
  const std::string& folder = measuring.text("models");
  const auto all = list_models(folder);
  if (name == squeezenet && std::ranges::find(all, name, &Model::name) == all.end())
    throw Error(Error::Kind::NoModel,
                _("There is no squeezenet to measure with; 'pastiche models import "
                  "compressed_SqueezeNet.net --name squeezenet' makes one of the published file."));
  return find_model(name, "", folder);
}

/// Everything that can be wrong before the first picture is read is told here.
Plan plan_of(const Call& call) {
  const Settings how = call.plan.settings(), measuring = call.measuring.settings();
  need(call.content, _("Which pictures to repaint? --content DIR says."));
  need(call.style, _("Whose style? --style DIR says."));
  Plan plan = {.methods = parse_methods(call.methods, measuring),
               .contents = pictures_in(call.content),
               .styles = pictures_in(call.style),
               .pairs = {},
               .size = how.whole("size"),
               .measuring = measuring,
               .kept = call.output.empty() ? "" : fs::path(call.output) / kept_name};
  plan.pairs = draw_pairs(plan.contents.size(), plan.styles.size(), std::size_t(how.whole("pairs")),
                          unsigned(how.whole("seed")));
  find_judge(measuring);
  std::set<std::size_t> styles;
  for (const auto& [content, style] : plan.pairs) styles.insert(style);
  for (const Method& method : plan.methods) {
    model_hashes(method, method.settings);
    for (const std::size_t style : styles) settings_for(method, plan.styles[style]);
  }
  return plan;
}

/// With the one for the results in it. Throws Output unless they are there, or can be made, and
/// take files.
void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(fs::path(folder) / kept_name, error);
  if (error || !fs::is_directory(fs::path(folder) / kept_name))
    throw Error(Error::Kind::Output, say(_("The folder {} cannot be made: {}."), in_quotes(folder),
                                         error ? error.message() : _("a file has its name")));
  check_output(fs::path(folder) / sheet_name);
}

void write_to(const std::string& folder, const Comparison& comparison) {
  write_file(fs::path(folder) / table_name, csv_of(comparison.outcome()));
  if (!comparison.sheet().empty())
    write_picture(fs::path(folder) / sheet_name, comparison.sheet().drawn(), Origin{},
                  {.quality = 90}, "", false);
}

json object_of(const Call& call, const Plan& plan, const Comparison& comparison) {
  const Model judge = find_judge(plan.measuring);
  json object = json_of(comparison.outcome());
  object["encoder"] = judge.name;
  object["encoder-sha256"] = judge.sha256;
  object["size"] = plan.size;
  object["pairs"] = comparison.pairs_done();
  if (!call.output.empty()) object["output"] = call.output;
  object["status"] = 0;
  return object;
}

int evaluate_style(const Call& call) {
  const Plan plan = plan_of(call);
  if (!call.output.empty()) make_folder(call.output);
  Comparison comparison(plan);
  try {
    comparison.run();
  } catch (const Cancelled&) {
    if (!call.output.empty()) write_to(call.output, comparison);
    throw Cancelled(
        say(_("Interrupted after {} of {} pairs."), comparison.pairs_done(), plan.pairs.size()));
  }
  if (!call.output.empty()) write_to(call.output, comparison);
  if (call.as_json) {
    print(object_of(call, plan, comparison).dump(2, ' ', false, json::error_handler_t::replace));
    return 0;
  }
  print(table_of(comparison.outcome()));
  print(say(_("Median (mean) of {} pairs under {}; {} skipped, {} results kept from before."),
            comparison.pairs_done(), plan.measuring.text("encoder"),
            comparison.outcome().skipped.size(), comparison.outcome().reused));
  return 0;
}

}  // namespace

void add_evaluate_verb(Verbs& verbs) {
  CLI::App& evaluate = verbs.add("evaluate", N_("Measures how well methods work."));
  CLI::App& verb = verbs.add(
      "style", N_("Compares ways to transfer a style, on every content with every style."),
      &evaluate);
  const auto call = std::make_shared<Call>(verb);
  verbs.does(verb, [call] { return evaluate_style(*call); });
  add_evaluate_generator(verbs, evaluate);
}

}  // namespace pastiche::cli
