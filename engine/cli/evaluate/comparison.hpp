#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/contact_sheet.hpp"
#include "evaluate/kept.hpp"
#include "evaluate/method.hpp"
#include "evaluate/outcome.hpp"
#include "progress_bar.hpp"

namespace pastiche::cli {

/// What is to be compared, on what.
struct Plan {
  std::vector<Method> methods;
  std::vector<std::string> contents, styles;  ///< files
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  int size = 0;  ///< longest side of every picture that is larger, px; 0 = as they are
  Settings measuring;
  std::string kept;  ///< the folder for the results themselves; "" = they are not kept
};

/// Runs a plan pair by pair. What was done stays in outcome() and sheet() when run() throws.
class Comparison {
 public:
  explicit Comparison(const Plan& plan);

  /// A picture that cannot be read is told and skipped with its pairs; so is a method that fails
  /// on one pair alone. Throws what every pair would meet (BadSetting, NoModel, NoDevice), Output,
  /// Cancelled, and BadImage when there was no pair to compare on.
  void run();

  const Outcome& outcome() const { return outcome_; }
  const ContactSheet& sheet() const { return sheet_; }
  std::size_t pairs_done() const { return pairs_done_; }

 private:
  using Shelf = std::map<std::string, std::optional<Shown>>;  ///< nothing: unreadable

  const Shown* picture(Shelf& shelf, const std::string& file);
  Result result_of(const Method& method, const Shown& content, const Shown& style,
                   const Progress& progress);
  void run_pair(const Shown& content, const Shown& style, const Progress& progress);
  void record(const Shown& content, const Shown& style, std::vector<Row> rows,
              std::vector<Image> results);
  void skip(const std::string& what, const std::string& why);

  const Plan& plan_;
  const Kept kept_;
  Shelf contents_, styles_;
  Outcome outcome_;
  ContactSheet sheet_;
  std::size_t pairs_done_ = 0;
};

/// Whatever would stop every other picture too.
bool concerns_all(Error::Kind kind);

}  // namespace pastiche::cli
