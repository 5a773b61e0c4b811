#include <clocale>
#include <csignal>
#include <nlohmann/json.hpp>

#include "interrupt.hpp"
#include "pastiche/error.hpp"
#include "pastiche/version.hpp"
#include "report.hpp"
#include "say.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

void add_all(Verbs& verbs) {
  add_filter_verbs(verbs);
  add_help_verbs(verbs);
  add_models_verb(verbs);
  add_train_verb(verbs);
  add_pack_verb(verbs);
  add_evaluate_verb(verbs);
  add_sheet_verb(verbs);
  add_again_verb(verbs);
  add_bench_verb(verbs);
}

/// Whatever CLI11 minds is a flag without its value, or with too many.
Error as_error(const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::string flag = what.substr(0, what.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error))
    return Error(Error::Kind::BadSetting, say(_("{} needs one value after it."), flag));
  return Error(Error::Kind::BadSetting, say(_("The command line makes no sense: {}."), what));
}

int run(int count, char** words) {
  CLI::App top;
  top.name("pastiche");
  top.allow_extras();
  top.require_subcommand(0, 1);  // a picture may be named as a command is
  top.set_help_flag("-h,--help");
  top.set_version_flag("--version", std::string("pastiche ") + version());
  Verbs verbs(top);
  add_all(verbs);
  try {
    top.parse(count, words);
  } catch (const CLI::CallForVersion& e) {
    print(e.what());
    return 0;
  } catch (const CLI::CallForHelp&) {
    // "pastiche gatys --help" is "pastiche help gatys".
    std::vector<std::string> again;
    for (const CLI::App* verb = &top; !verb->get_subcommands().empty();) {
      verb = verb->get_subcommands().front();
      again.insert(again.begin(), verb->get_name());
    }
    again.push_back("help");
    top.parse(again);
  } catch (const CLI::ParseError& e) {
    throw as_error(e);
  }
  if (count < 2)
    throw Error(Error::Kind::BadSetting, _("No command was given; 'pastiche help' lists them."));
  return verbs.run();
}

bool wants_json(int count, char** words) {
  return std::any_of(words, words + count, [](std::string_view word) { return word == "--json"; });
}

int fail(const std::string& sentence, int status, bool json) {
  tell(sentence);
  if (json)
    std::printf("%s\n", nlohmann::json{{"error", sentence}, {"status", status}}
                            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                            .c_str());
  return status;
}

int run_told(int count, char** words) {
  const bool json = wants_json(count, words);
  try {
    return run(count, words);
  } catch (const Error& e) {
    return fail(e.what(), exit_status(e.kind), json);
  } catch (const std::bad_alloc&) {
    return fail(_("There is not enough memory; a smaller picture may fit."),
                exit_status(Error::Kind::OutOfMemory), json);
  } catch (const std::exception& e) {
    return fail(say(_("Something went wrong that should not: {}."), e.what()),
                exit_status(Error::Kind::Internal), json);
  }
}

}  // namespace
}  // namespace pastiche::cli

int main(int count, char** words) {
  // Words follow the user's language; numbers stay as in C, wherever one is.
  std::setlocale(LC_CTYPE, "");
  std::setlocale(LC_MESSAGES, "");
  bindtextdomain("pastiche", PASTICHE_LOCALE_DIR);
  bind_textdomain_codeset("pastiche", "UTF-8");
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is a failed write, not a death
  pastiche::cli::watch_interrupts();
  return pastiche::cli::run_told(count, words);
}
