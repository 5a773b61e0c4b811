#include "text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace pastiche {
namespace {

template <class T>
std::optional<T> read(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// Edits (insert, delete, replace) between two words: Levenshtein 1966.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t(0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// Bytes of the UTF-8 character `text` starts with; 0 when it is broken or a control character.
std::size_t printable(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  const auto tail = text.substr(1, length - 1);
  return std::ranges::all_of(tail, [](char c) { return (c & 0xc0) == 0x80; }) ? length : 0;
}

}  // namespace

std::optional<int> read_int(std::string_view text) { return read<int>(text); }

std::optional<double> read_double(std::string_view text) {
  const auto value = read<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::string print_double(double value) {
  std::array<char, 64> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  if (words.empty()) return "none";
  std::string text = words[0];
  for (std::size_t i = 1; i < words.size(); ++i) {
    text += i + 1 < words.size() ? ", " : " " + std::string(last) + " ";
    text += words[i];
  }
  return text;
}

std::string nearest(std::string_view typed, const std::vector<std::string>& words) {
  constexpr std::size_t longest = 64;  // no name is longer: keeps a hostile word cheap
  if (typed.empty() || typed.size() > longest) return "";
  std::string best;
  std::size_t fewest = std::max<std::size_t>(1, typed.size() * 2 / 5) + 1;
  for (const std::string& word : words) {
    const std::size_t edits = distance(typed, word);
    if (edits >= fewest) continue;
    fewest = edits;
    best = word;
  }
  return best;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string result = "\"";
  for (std::size_t i = 0; i < text.size();) {
    if (result.size() > longest) return result + "...\"";
    const std::size_t length = printable(text.substr(i));
    if (length == 0) {
      std::array<char, 5> code;
      std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned char>(text[i++]));
      result += code.data();
    } else {
      result += text.substr(i, length);
      i += length;
    }
  }
  return result + "\"";
}

std::string list_skipped(const std::vector<std::string>& names) {
  if (names.empty()) return "";
  constexpr std::size_t most = 10;
  std::string text = std::to_string(names.size()) +
                     (names.size() == 1 ? " picture could not be read and was passed over: "
                                        : " pictures could not be read and were passed over: ");
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    text += (i > 0 ? ", " : "") + in_quotes(names[i]);
  return text + (names.size() > most ? ", and more." : ".");
}

}  // namespace pastiche
