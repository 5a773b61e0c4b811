#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/method.hpp"

namespace pastiche::cli {

/// One method on one pair.
struct Row {
  std::string content, style, method;
  Distances distances;
  double seconds = 0;
};

/// A picture that could not be read, or a pair that a method failed on.
struct Skipped {
  std::string what, why;
};

/// Everything a comparison came to, in the order it was made.
struct Outcome {
  std::vector<std::string> methods;  ///< their labels
  std::vector<Row> rows;
  std::vector<Skipped> skipped;
  std::size_t reused = 0;  ///< results that an earlier call had kept
};

/// For people: a line for each method, median and mean of each measure.
std::string table_of(const Outcome& outcome);

/// RFC 4180, a line for each row, with a head.
std::string csv_of(const Outcome& outcome);

/// "methods", "results", "reused" and "skipped".
nlohmann::json json_of(const Outcome& outcome);

}  // namespace pastiche::cli
