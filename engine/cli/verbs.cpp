#include "verbs.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "pastiche/error.hpp"
#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

/// The verbs from the top to the one that was asked for: "models", "import".
std::vector<CLI::App*> path_to_leaf(CLI::App& top) {
  std::vector<CLI::App*> path = {&top};
  while (!path.back()->get_subcommands().empty())
    path.push_back(path.back()->get_subcommands().front());
  return path;
}

std::string words_of(const std::vector<CLI::App*>& path) {
  std::string words;
  for (const CLI::App* app : path) words += (words.empty() ? "" : " ") + app->get_name();
  return words;
}

std::vector<std::string> verb_names(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(verb->get_name());
  return names;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

[[noreturn]] void refuse(const std::string& what, const std::string& word,
                         const std::vector<std::string>& known, const std::string& help) {
  const std::string meant = nearest(word, known);
  throw Error(Error::Kind::BadSetting, say(_("There is no {} {}; {}"), what, in_quotes(word),
                                           meant.empty() ? say(_("'{}' lists what there is."), help)
                                                         : say(_("did you mean {}?"), meant)));
}

/// Tells of the first thing no verb on the way knew.
void refuse_unknown(const std::vector<CLI::App*>& path) {
  CLI::App& leaf = *path.back();
  const std::string words = words_of(path);
  std::string help = "pastiche help";
  if (path.size() > 1) help += " " + path[1]->get_name();
  for (const CLI::App* app : path)
    for (const std::string& word : app->remaining()) {
      if (word.starts_with("-") && word.size() > 1)
        refuse(say(_("setting of {}"), words), word.substr(0, word.find('=')), flag_names(leaf),
               help);
      if (!verb_names(leaf).empty()) refuse(_("command"), word, verb_names(leaf), help);
      throw Error(Error::Kind::BadSetting, say(_("{} is one word too many for {}; '{}' tells how."),
                                               in_quotes(word), words, help));
    }
}

}  // namespace

CLI::App& Verbs::add(const std::string& name, const std::string& help, CLI::App* parent) {
  if (parent) parent->require_subcommand(0, 1);  // a file may be named as a verb is
  CLI::App* verb = (parent ? *parent : top_).add_subcommand(name, help);
  verb->allow_extras();
  verb->set_help_flag("-h,--help");
  return *verb;
}

int Verbs::run() {
  const auto path = path_to_leaf(top_);
  refuse_unknown(path);
  const auto action = actions_.find(path.back());
  if (action != actions_.end()) return action->second();
  throw Error(Error::Kind::BadSetting,
              say(_("{} what? There are {}."), words_of(path), listed(verb_names(*path.back()))));
}

void print(const std::string& text) {
  if (std::printf("%s\n", text.c_str()) < 0 || std::fflush(stdout) != 0)
    throw Error(Error::Kind::Output,
                say(_("Standard output cannot be written to: {}."), std::strerror(errno)));
}

}  // namespace pastiche::cli
