#include "describe.hpp"

#include <sstream>

#include "flags.hpp"
#include "pastiche/evaluate.hpp"
#include "say.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

constexpr int columns = 80, text_column = 28;

/// "0 to 1", "auto, cpu or cuda", "yes or no", "text": what a setting may be.
std::string allowed(const Param& param) {
  if (std::holds_alternative<bool>(param.initial)) return _("yes or no");
  if (std::holds_alternative<std::string>(param.initial))
    return param.choices.empty() ? _("text")
                                 : listed({param.choices.begin(), param.choices.end()}, _("or"));
  return say(_("{} to {}"), std::format("{:.10g}", param.min), std::format("{:.10g}", param.max));
}

std::string default_of(const Param& param) {
  if (const auto* on = std::get_if<bool>(&param.initial)) return *on ? _("yes") : _("no");
  const std::string text = Settings::print(param.initial);
  return text.empty() ? _("empty") : text;
}

std::string entries(const Params& params) {
  std::string all;
  for (const Param& param : params) {
    const std::string name = param.name;
    const bool is_flag = std::holds_alternative<bool>(param.initial);
    all += entry(is_flag ? "--" + name + ", --no-" + name : "--" + name,
                 say(_("{} ({}; default {})"), _(param.help), allowed(param), default_of(param)));
  }
  return all;
}

/// "PICTURE STYLE...", in the order of the inputs.
std::string positionals(const Filter& filter) {
  std::string words;
  for (const Input& input : filter.inputs) {
    if (!input.positional) continue;
    std::string word = input.name;
    for (char& letter : word) letter = char(std::toupper(static_cast<unsigned char>(letter)));
    if (input.max > 1) word += "...";
    words += " " + (input.min == 0 ? "[" + word + "]" : word);
  }
  return words;
}

std::string markdown(const Params& params) {
  std::string table = "| setting | what it does | may be | default |\n|---|---|---|---|\n";
  for (const Param& param : params)
    table += std::format("| `--{}` | {} | {} | {} |\n", param.name, param.help, allowed(param),
                         default_of(param));
  return table;
}

std::string markdown(const std::vector<Input>& inputs) {
  if (inputs.empty()) return "";
  std::string table = "| picture | what it is | how many |\n|---|---|---|\n";
  for (const Input& input : inputs)
    table +=
        std::format("| {}{} | {} | {} |\n", input.positional ? "" : "--", input.name, input.help,
                    input.min == input.max ? std::to_string(input.min)
                                           : std::format("{} to {}", input.min, input.max));
  return table + "\n";
}

}  // namespace

std::string wrapped(const std::string& text, int columns, int indent) {
  std::istringstream words(text);
  std::string word, all;
  int used = 0;
  while (words >> word) {
    if (used > 0 && used + 1 + int(word.size()) > columns) {
      all += "\n" + std::string(indent, ' ');
      used = 0;
    }
    if (used > 0) all += " ", ++used;
    all += word;
    used += int(word.size());
  }
  return all;
}

std::string entry(const std::string& flag, const std::string& text) {
  std::string line = "  " + flag;
  const std::string gap(text_column, ' ');
  line += int(line.size()) < text_column ? std::string(text_column - line.size(), ' ') : "\n" + gap;
  return line + wrapped(text, columns - text_column, text_column) + "\n";
}

std::string help_of(const Filter& filter) {
  std::string text = say(_("Usage: pastiche {}{} -o FILE [--setting value ...]"), filter.name,
                         positionals(filter)) +
                     "\n\n" + wrapped(_(filter.help), columns, 0) + "\n\n" + _("Pictures:") + "\n";
  for (const Input& input : filter.inputs)
    text += entry(std::string("--") + input.name, _(input.help));
  text += std::string("\n") + _("Output:") + "\n";
  text += entry("-o, --output FILE", _("Where the result goes; its extension says the format."));
  text +=
      entry("--output-dir DIR", _("Where the results of several pictures go, under their names."));
  text += entry("--dry-run", _("Tell what time and memory it would take, and write nothing."));
  text += entry("--json", _(json_help));
  text += entries(output_params());
  return text + "\n" + _("Settings:") + "\n" + entries(filter.params);
}

std::string help_of(const Trainer& trainer) {
  std::string text =
      say(_("Usage: pastiche train {} -o FILE [--setting value ...]"), trainer.name) + "\n\n" +
      wrapped(_(trainer.help), columns, 0) + "\n\n" + _("Settings:") + "\n";
  text += entry("-o, --output FILE", _("The model to write."));
  text += entry("--json", _(json_help));
  for (const Input& input : trainer.inputs)
    text += entry(std::string("--") + input.name + " FILE", _(input.help));
  return text + entries(trainer.params);
}

std::string settings_page() {
  std::string page =
      "# Settings\n\n"
      "Printed by `pastiche help --manual` from the tables the program itself uses; a test keeps "
      "this page true.\n";
  for (const Filter& filter : filters())
    page += std::format("\n## pastiche {}\n\n{}\n\n{}{}", filter.name, filter.help,
                        markdown(filter.inputs), markdown(filter.params));
  for (const Trainer& trainer : trainers())
    page += std::format("\n## pastiche train {}\n\n{}\n\n{}{}", trainer.name, trainer.help,
                        markdown(trainer.inputs), markdown(trainer.params));
  page += "\n## pastiche evaluate style\n\n" + markdown(measuring_params());
  for (const Filter& method : reference_methods())
    page += std::format("\n### The method {}\n\n{}\n{}", method.name, method.help,
                        method.params.empty() ? "" : "\n" + markdown(method.params));
  return page + "\n## The output file of every filter\n\n" + markdown(output_params());
}

}  // namespace pastiche::cli
