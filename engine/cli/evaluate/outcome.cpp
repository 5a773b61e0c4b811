#include "evaluate/outcome.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

/// The measures and the time, all numbers of a row by their names.
std::vector<std::pair<std::string, double>> numbers_of(const Row& row) {
  std::vector<std::pair<std::string, double>> numbers;
  for (const Measure& measure : measures())
    numbers.emplace_back(measure.name, row.distances.*measure.value);
  numbers.emplace_back("seconds", row.seconds);
  return numbers;
}

struct Summary {
  std::string name;
  double median = 0, mean = 0;
};

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Of one method, in the order of numbers_of(); none when it has no rows.
std::vector<Summary> summaries_of(const Outcome& outcome, const std::string& method) {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;
  for (const Row& row : outcome.rows) {
    if (row.method != method) continue;
    const auto numbers = numbers_of(row);
    columns.resize(numbers.size());
    names.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      names[i] = numbers[i].first;
      columns[i].push_back(numbers[i].second);
    }
  }
  std::vector<Summary> summaries;
  for (std::size_t i = 0; i < columns.size(); ++i)
    summaries.push_back(
        {names[i], median_of(columns[i]),
         std::accumulate(columns[i].begin(), columns[i].end(), 0.0) / double(columns[i].size())});
  return summaries;
}

/// In quotes where a comma, quote or line's end would break the line.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string table_of(const Outcome& outcome) {
  std::size_t width = std::string("method").size();
  for (const std::string& method : outcome.methods) width = std::max(width, method.size());
  std::string text = std::format("{:<{}}", "method", width);
  for (const auto& [name, value] : numbers_of({})) text += std::format("  {:>17}", name);
  for (const std::string& method : outcome.methods) {
    text += std::format("\n{:<{}}", method, width);
    for (const Summary& summary : summaries_of(outcome, method))
      text += std::format("  {:>17}", std::format("{:.3f} ({:.3f})", summary.median, summary.mean));
  }
  return text;
}

std::string csv_of(const Outcome& outcome) {
  std::string text = "content,style,method";
  for (const auto& [name, value] : numbers_of({})) text += "," + name;
  for (const Row& row : outcome.rows) {
    text += "\r\n" + cell(row.content) + "," + cell(row.style) + "," + cell(row.method);
    for (const auto& [name, value] : numbers_of(row)) text += "," + std::format("{:.6g}", value);
  }
  return text + "\r\n";
}

json json_of(const Outcome& outcome) {
  json object = {{"methods", json::array()},
                 {"results", json::array()},
                 {"reused", outcome.reused},
                 {"skipped", json::array()}};
  for (const std::string& method : outcome.methods) {
    json row = {{"method", method}};
    for (const Summary& summary : summaries_of(outcome, method))
      row[summary.name] = {{"median", summary.median}, {"mean", summary.mean}};
    object["methods"].push_back(row);
  }
  for (const Row& row : outcome.rows) {
    json result = {{"content", row.content}, {"style", row.style}, {"method", row.method}};
    for (const auto& [name, value] : numbers_of(row)) result[name] = value;
    object["results"].push_back(result);
  }
  for (const Skipped& skipped : outcome.skipped)
    object["skipped"].push_back({{"what", skipped.what}, {"why", skipped.why}});
  return object;
}

}  // namespace pastiche::cli
