#include "evaluate/contact_sheet.hpp"

#include <algorithm>

#include "evaluate/lettering.hpp"
#include "picture/shrink.hpp"

namespace pastiche::cli {
namespace {

constexpr int gap = 8;  // px, around pictures and words

/// Over the white sheet, its top left at x, y.
void lay(const Image& picture, int x, int y, Image& sheet) {
  for (int row = 0; row < picture.height; ++row)
    for (int column = 0; column < picture.width; ++column) {
      const float* from = picture.at(column, row);
      float* to = sheet.at(x + column, y + row);
      for (int c = 0; c < 3; ++c) to[c] = 1 + (std::clamp(from[c], 0.f, 1.f) - 1) * from[3];
    }
}

std::vector<std::string> lines_of(const std::string& text, int cell) {
  return wrapped(text, std::size_t(std::max(1, cell / letter_width)));
}

void write(const std::string& text, int cell, int x, int y, Image& sheet) {
  for (const std::string& line : lines_of(text, cell)) {
    write_line(line, x, y, sheet);
    y += line_height;
  }
}

int height_of(const std::vector<std::string>& texts, int cell) {
  std::size_t most = 0;
  for (const std::string& text : texts) most = std::max(most, lines_of(text, cell).size());
  return int(most) * line_height;
}

/// The highest picture and the longest caption of a row.
std::pair<int, int> heights_of(const std::vector<ContactSheet::Cell>& row, int cell) {
  int highest = 0;
  std::vector<std::string> captions;
  for (const auto& [picture, caption] : row) {
    highest = std::max(highest, picture.height);
    captions.push_back(caption);
  }
  return {highest, height_of(captions, cell)};
}

}  // namespace

void ContactSheet::add_row(std::vector<Cell> cells) {
  if (rows_.size() == most_rows) return;
  for (Cell& cell : cells)
    if (!cell.picture.empty()) cell.picture = shrunk(cell.picture, cell_);
  rows_.push_back(std::move(cells));
}

Image ContactSheet::drawn() const {
  const int step = cell_ + gap, top = height_of(heads_, cell_) + 2 * gap;
  int height = top;
  for (const auto& row : rows_) {
    const auto [highest, words] = heights_of(row, cell_);
    height += highest + words + 2 * gap;
  }
  Image sheet(int(heads_.size()) * step + gap, height);
  std::ranges::fill(sheet.pixels, 1.f);
  for (std::size_t i = 0; i < heads_.size(); ++i)
    write(heads_[i], cell_, int(i) * step + gap, gap, sheet);
  int y = top;
  for (const auto& row : rows_) {
    const auto [highest, words] = heights_of(row, cell_);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto& [picture, caption] = row[i];
      const int x = int(i) * step + gap;
      lay(picture, x + (cell_ - picture.width) / 2, y + (highest - picture.height) / 2, sheet);
      write(caption, cell_, x, y + highest + gap / 2, sheet);
    }
    y += highest + words + 2 * gap;
  }
  return sheet;
}

}  // namespace pastiche::cli
