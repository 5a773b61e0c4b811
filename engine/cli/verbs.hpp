#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

#include "mark.hpp"

namespace pastiche::cli {

/// What a verb does once its flags are read; returns the exit status.
using Action = std::function<int()>;

/// The parsed command line's tree, and what each leaf of it does.
class Verbs {
 public:
  explicit Verbs(CLI::App& top) : top_(top) {}

  CLI::App& top() { return top_; }

  /// A verb of `parent` (the top when null). It collects what it does not know, for run() to tell.
  CLI::App& add(const std::string& name, const std::string& help, CLI::App* parent = nullptr);
  void does(const CLI::App& verb, Action action) { actions_[&verb] = std::move(action); }

  /// Runs what was asked for. Throws BadSetting for a verb or flag there is not.
  int run();

 private:
  CLI::App& top_;
  std::map<const CLI::App*, Action> actions_;
};

void add_filter_verbs(Verbs& verbs);
void add_again_verb(Verbs& verbs);
void add_models_verb(Verbs& verbs);
void add_train_verb(Verbs& verbs);
void add_pack_verb(Verbs& verbs);
void add_evaluate_verb(Verbs& verbs);
void add_sheet_verb(Verbs& verbs);
void add_bench_verb(Verbs& verbs);
void add_help_verbs(Verbs& verbs);  ///< list and help

/// What --json does, wherever it is.
inline constexpr const char* json_help =
    N_("Print the outcome, or what went wrong, as one JSON object.");

/// Prints on stdout, with a line's end. Throws Output when stdout is full.
void print(const std::string& text);

}  // namespace pastiche::cli
