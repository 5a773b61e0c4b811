#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pastiche/image.hpp"

namespace pastiche::cli {

/// A letter's width and a line's height with the space behind them, px.
inline constexpr int letter_width = 12, line_height = 20;

/// `text` in lines of at most `columns` letters, broken behind a space, hyphen, comma or colon
/// where there is one, and at every line's end in it. REQUIRES columns > 0.
std::vector<std::string> wrapped(const std::string& text, std::size_t columns);

/// Writes a line in black over `sheet`, its top left at x, y; what lies beyond the sheet is left
/// out. Printable ASCII; any other letter, of however many bytes of UTF-8, is a small box.
void write_line(std::string_view line, int x, int y, Image& sheet);

}  // namespace pastiche::cli
