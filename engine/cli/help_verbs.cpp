#include <memory>
#include <nlohmann/json.hpp>

#include "describe.hpp"
#include "mark.hpp"
#include "pastiche/version.hpp"
#include "say.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

json object_of(const Param& param) {
  json row = {{"name", param.name}, {"label", param.label}, {"help", param.help}};
  std::visit([&](const auto& value) { row["default"] = value; }, param.initial);
  if (!param.choices.empty()) row["choices"] = param.choices;
  if (param.min < param.max) row["min"] = param.min, row["max"] = param.max;
  return row;
}

template <class Row>
json object_of(const Row& row) {
  json object = {
      {"name", row.name}, {"label", row.label}, {"help", row.help}, {"settings", json::array()}};
  for (const Param& param : row.params) object["settings"].push_back(object_of(param));
  for (const Input& input : row.inputs)
    object["inputs"].push_back({{"name", input.name},
                                {"help", input.help},
                                {"min", input.min},
                                {"max", input.max},
                                {"positional", input.positional}});
  return object;
}

int list(bool as_json) {
  if (!as_json) {
    for (const Filter& filter : filters())
      print(std::format("{:<18} {}", filter.name, wrapped(_(filter.help), 61, 19)));
    return 0;
  }
  json all = {{"version", version()}, {"filters", json::array()}, {"trainers", json::array()}};
  for (const Filter& filter : filters()) all["filters"].push_back(object_of(filter));
  for (const Trainer& trainer : trainers()) all["trainers"].push_back(object_of(trainer));
  print(all.dump(2));
  return 0;
}

std::string overview(const CLI::App& top) {
  std::string text = std::string(_("Pastiche paints: neural style transfer on this machine.")) +
                     "\n\n" + _("Usage: pastiche COMMAND ...") + "\n\n";
  for (const CLI::App* verb : top.get_subcommands([](const CLI::App*) { return true; }))
    text += std::format("  {:<12} {}\n", verb->get_name(),
                        wrapped(_(verb->get_description().c_str()), 65, 15));
  return text + "\n" + _("'pastiche help COMMAND' tells of one; the manual is pastiche(1).");
}

/// Help on a verb without a table of its own: what CLI11 knows of it.
std::string help_of_verb(const CLI::App& verb, const std::string& words) {
  std::string usage = words, list;
  for (const CLI::App* part : verb.get_subcommands([](const CLI::App*) { return true; }))
    list += entry(part->get_name(), _(part->get_description().c_str()));
  if (!list.empty()) usage += " COMMAND";
  for (const CLI::Option* option : verb.get_options()) {
    const std::string what = option->get_description();
    if (option->get_group().empty() || option == verb.get_help_ptr()) continue;
    if (option->get_positional()) usage += " " + option->get_name();
    if (!what.empty())
      list += entry(option->get_name(option->get_positional(), true), _(what.c_str()));
  }
  return say(_("Usage: pastiche {}"), usage) + "\n\n" +
         wrapped(_(verb.get_description().c_str()), 80, 0) + "\n\n" + list;
}

std::string help_on(const CLI::App& top, const std::vector<std::string>& topic) {
  if (topic.empty()) return overview(top);
  for (const Filter& filter : filters())
    if (topic[0] == filter.name) return help_of(filter);
  if (topic[0] == "train" && topic.size() > 1) return help_of(find_trainer(topic[1]));
  const CLI::App* verb = &top;
  std::string words;
  for (const std::string& word : topic) {
    const auto parts = verb->get_subcommands([](const CLI::App*) { return true; });
    const auto found = std::ranges::find(parts, word, &CLI::App::get_name);
    if (found == parts.end()) {
      std::vector<std::string> known;
      for (const CLI::App* part : parts) known.push_back(part->get_name());
      throw Error(Error::Kind::BadSetting,
                  say(_("There is no command {}; there are {}."), in_quotes(word), listed(known)));
    }
    verb = *found;
    words += (words.empty() ? "" : " ") + word;
  }
  return help_of_verb(*verb, words);
}

}  // namespace

void add_help_verbs(Verbs& verbs) {
  struct Call {
    bool json = false, manual = false;
    std::vector<std::string> topic;
  };
  const auto call = std::make_shared<Call>();
  CLI::App& listing = verbs.add("list", N_("Names the filters."));
  listing.add_flag("--json", call->json, json_help);
  verbs.does(listing, [call] { return list(call->json); });

  CLI::App& help = verbs.add("help", N_("Tells how a command is used, and its settings."));
  help.add_option("COMMAND", call->topic, N_("One of pastiche's, such as gatys or train encoder."));
  help.add_flag("--manual", call->manual)->group("");  // for whoever edits the manual
  verbs.does(help, [call, &top = verbs.top()] {
    std::string text = call->manual ? settings_page() : help_on(top, call->topic);
    if (text.ends_with('\n')) text.pop_back();
    print(text);
    return 0;
  });
}

}  // namespace pastiche::cli
