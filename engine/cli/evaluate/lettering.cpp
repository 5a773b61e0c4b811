#include "evaluate/lettering.hpp"

#include <algorithm>
#include <cstdint>

namespace pastiche::cli {
namespace {

constexpr int glyph_columns = 5, glyph_rows = 8, dot = 2;  // dots, dots, px

/// "!" to "~": a bit for each dot, row by row from the top left, the last in the lowest bit. The
/// eighth row is below the line.
constexpr std::uint64_t glyphs[] = {
    0x2108420080, 0x5280000000, 0x52beafa940, 0x23e8e2f880, 0xce44444e60, 0x64a88ac9a0,
    0x2100000000, 0x1110841040, 0x4104211100, 0x055df75400, 0x0109f21000, 0x0000001888,
    0x0000e00000, 0x0000003180, 0x0844444200, 0x74675cc5c0, 0x23084211c0, 0x74422223e0,
    0x744260c5c0, 0x11952f8840, 0xfc3c10c5c0, 0x7421e8c5c0, 0xf844422100, 0x7462e8c5c0,
    0x7462f085c0, 0x0318063000, 0x0318063088, 0x1111041040, 0x003e0f8000, 0x4104111100,
    0x7442220080, 0x746f5bc1c0, 0x7463f8c620, 0xf463e8c7c0, 0x74610845c0, 0xf46318c7c0,
    0xfc21e843e0, 0xfc21e84200, 0x746178c5e0, 0x8c63f8c620, 0x71084211c0, 0x3884214980,
    0x8ca98a4a20, 0x84210843e0, 0x8eeb58c620, 0x8e6b38c620, 0x746318c5c0, 0xf463e84200,
    0x74631ac9a0, 0xf463ea4a20, 0x7c20e087c0, 0xf908421080, 0x8c6318c5c0, 0x8c6318a880,
    0x8c635aee20, 0x8c54454620, 0x8c54421080, 0xf8444443e0, 0x72108421c0, 0x8410410420,
    0x70842109c0, 0x22a2000000, 0x00000003e0, 0x4100000000, 0x001c17c5e0, 0x843d18c7c0,
    0x001d0845c0, 0x085f18c5e0, 0x001d1fc1c0, 0x323c842100, 0x001f18bc2e, 0x843d18c620,
    0x20184211c0, 0x100c210a4c, 0x84254c5240, 0x61084211c0, 0x00355ad6a0, 0x003d18c620,
    0x001d18c5c0, 0x003d18fa10, 0x001f18bc21, 0x002d884200, 0x001f0707c0, 0x423c8420c0,
    0x002318c5e0, 0x002318a880, 0x00231ad540, 0x0022a22a20, 0x002318bc2e, 0x003e2223e0,
    0x1108821040, 0x2108421080, 0x4108221100, 0x0011510000,
};
constexpr std::uint64_t box = 0xfc631f8000;

std::uint64_t glyph_of(char letter) {
  if (letter == ' ') return 0;
  return letter > ' ' && letter <= '~' ? glyphs[letter - '!'] : box;
}

bool continues_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

void blacken(int left, int top, Image& sheet) {
  for (int y = std::max(top, 0); y < std::min(top + dot, sheet.height); ++y)
    for (int x = std::max(left, 0); x < std::min(left + dot, sheet.width); ++x)
      std::fill_n(sheet.at(x, y), 3, 0.f);
}

/// Where to break `text`, which is longer than `columns`.
std::size_t break_in(std::string_view text, std::size_t columns) {
  const std::size_t at = text.substr(0, columns).find_last_of(" -,:");
  std::size_t end = at == std::string_view::npos ? columns : at + 1;
  while (end > 1 && continues_letter(text[end])) --end;
  return end;
}

}  // namespace

std::vector<std::string> wrapped(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string_view left = text;
  while (!left.empty()) {
    const std::size_t line = std::min(left.find('\n'), left.size());
    const std::size_t end = line > columns ? break_in(left, columns) : line;
    lines.emplace_back(left.substr(0, end));
    left.remove_prefix(end == line ? std::min(line + 1, left.size()) : end);
  }
  return lines;
}

void write_line(std::string_view line, int x, int y, Image& sheet) {
  for (const char letter : line) {
    if (continues_letter(letter)) continue;
    const std::uint64_t glyph = glyph_of(letter);
    for (int i = 0; i < glyph_columns * glyph_rows; ++i)
      if (glyph >> (glyph_columns * glyph_rows - 1 - i) & 1)
        blacken(x + i % glyph_columns * dot, y + i / glyph_columns * dot, sheet);
    x += letter_width;
  }
}

}  // namespace pastiche::cli
