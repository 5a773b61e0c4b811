#include "train/curve.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include "data/plot.hpp"
#include "store/atomic_file.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line + ',');
  for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
  return cells;
}

/// Five digits, whatever the locale.
std::string plain(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 5);
  return {text, end.ptr};
}

}  // namespace

Curve::Curve(const std::filesystem::path& file, int step)
    : csv_(std::filesystem::path(file) += ".csv"),
      picture_(std::filesystem::path(file) += ".curve.png") {
  std::ifstream in(csv_);
  std::string line;
  if (step == 0 || !std::getline(in, line)) return;
  names_ = cells_of(line);
  names_.erase(names_.begin());
  while (std::getline(in, line)) {
    auto cells = cells_of(line);
    const auto at = read_int(cells[0]);
    if (at && *at <= step && cells.size() == names_.size() + 1) rows_.push_back(std::move(cells));
  }
}

void Curve::add(int step, const std::map<std::string, double>& losses) {
  if (names_.empty()) {
    for (const auto& [name, loss] : losses)
      if (name != "held-out") names_.push_back(name);
    names_.push_back("held-out");
  }
  std::vector<std::string> row = {std::to_string(step)};
  for (const std::string& name : names_) {
    const auto found = losses.find(name);
    row.push_back(found == losses.end() ? "" : plain(found->second));
  }
  rows_.push_back(std::move(row));
}

std::string Curve::csv() const {
  std::string text = "step";
  for (const std::string& name : names_) text += ',' + name;
  for (const auto& row : rows_) {
    text += '\n';
    for (std::size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "," : "") + row[i];
  }
  return text + '\n';
}

void Curve::write() const {
  write_file(csv_, csv());
  std::vector<PlotLine> lines;
  for (std::size_t column = 0; column < names_.size(); ++column) {
    PlotLine line = {names_[column], {}};
    for (const auto& row : rows_)
      if (const auto y = read_double(row[column + 1]); y && *y > 0)
        line.points.emplace_back(*read_double(row[0]), *y);
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  plot(picture_, lines);
}

}  // namespace pastiche
