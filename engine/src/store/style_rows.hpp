#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pastiche/export.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// What the rows of a file's norm parameters stand for, by its metadata: styles
/// times strokes, style-major.
struct StyleRows {
  std::vector<std::string> styles;
  std::vector<int> strokes;  ///< longest sides of the style pictures, px, ascending; empty = one

  std::size_t per_style() const { return strokes.empty() ? 1 : strokes.size(); }
  std::size_t count() const { return styles.size() * per_style(); }
};

/// Without styles when the metadata names none. Throws std::invalid_argument for
/// what is no list of names or of ascending sizes, to follow "the model ".
PASTICHE_API StyleRows style_rows(const Metadata& metadata);

/// The metadata "styles" and "strokes" that style_rows() reads back.
PASTICHE_API Metadata metadata_of(const StyleRows& rows);

}  // namespace pastiche
