#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pastiche/export.hpp"

namespace pastiche {

/// `text` as an int or double, whole, whatever the locale ("1.5", never "1,5");
/// nothing for junk, blanks, a leading '+', overflow or not-a-number.
PASTICHE_API std::optional<int> read_int(std::string_view text);
PASTICHE_API std::optional<double> read_double(std::string_view text);

/// The shortest text that read_double() reads back bit for bit.
PASTICHE_API std::string print_double(double value);

/// "a", "a and b", "a, b and c"; "none" of nothing.
PASTICHE_API std::string listed(const std::vector<std::string>& words,
                                std::string_view last = "and");

/// The one of `words` that `typed` was likely meant to be; "" when none is near.
PASTICHE_API std::string nearest(std::string_view typed, const std::vector<std::string>& words);

/// `text` in quotes, shortened when long, control and broken bytes as \xNN: fit for a sentence.
PASTICHE_API std::string in_quotes(std::string_view text);

/// "2 pictures could not be read and were passed over: a.jpg, b.png.", the first ten by name;
/// "" of none.
PASTICHE_API std::string list_skipped(const std::vector<std::string>& names);

/// The names of a table's rows (filters, trainers, parameters, architectures).
template <class Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

}  // namespace pastiche
