#pragma once

#include <string>
#include <vector>

#include "pastiche/image.hpp"

namespace pastiche::cli {

/// Small pictures in rows and columns on white, with words above the columns and under the
/// pictures.
class ContactSheet {
 public:
  static constexpr std::size_t most_rows = 40;
  static constexpr int default_cell = 240;  ///< px

  struct Cell {
    Image picture;  ///< none when empty
    std::string caption;
  };

  /// `heads`: a name for each column. REQUIRES cell > 0, the longest side of a picture on the
  /// sheet.
  explicit ContactSheet(std::vector<std::string> heads, int cell = default_cell)
      : heads_(std::move(heads)), cell_(cell) {}

  /// Shrinks the pictures and keeps them; rows beyond the most are left out. REQUIRES a cell for
  /// each column.
  void add_row(std::vector<Cell> cells);

  bool empty() const { return rows_.empty(); }
  Image drawn() const;

 private:
  std::vector<std::string> heads_;
  int cell_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace pastiche::cli
