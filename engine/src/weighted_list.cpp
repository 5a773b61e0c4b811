#include "pastiche/weighted_list.hpp"

#include <algorithm>

#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

constexpr double max_weight = 1e6;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string_view> entries(std::string_view text) {
  std::vector<std::string_view> found;
  if (trimmed(text).empty()) return found;
  for (;;) {
    const auto comma = text.find(',');
    found.push_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos) return found;
    text.remove_prefix(comma + 1);
  }
}

[[noreturn]] void refuse(std::string_view setting, std::string_view entry,
                         const std::string& wanted) {
  throw Error(Error::Kind::BadSetting, "The setting " + std::string(setting) + " has the entry " +
                                           in_quotes(entry) + ", which is not " + wanted + ".");
}

std::optional<double> read_weight(std::string_view text, double least = 0) {
  const auto weight = read_double(text);
  return weight && *weight >= least && *weight <= max_weight ? weight : std::nullopt;
}

std::vector<Weighted> parse_list(std::string_view text, std::string_view setting, double least) {
  std::vector<Weighted> list;
  for (std::string_view entry : entries(text)) {
    const auto colon = entry.rfind(':');
    const std::string name(trimmed(entry.substr(0, colon)));
    const auto weight =
        colon == entry.npos ? 1 : read_weight(trimmed(entry.substr(colon + 1)), least);
    if (name.empty() || !weight)
      refuse(setting, entry,
             "a name, or a name, a colon and a weight from " + print_double(least) +
                 " to 1000000, such as relu1_1:64");
    if (std::ranges::count(list, name, &Weighted::name))
      refuse(setting, entry, "allowed a second time; name each one once");
    list.push_back({name, *weight});
  }
  return list;
}

}  // namespace

std::vector<Weighted> parse_weighted(std::string_view text, std::string_view setting) {
  return parse_list(text, setting, 0);
}

std::vector<Weighted> parse_signed(std::string_view text, std::string_view setting) {
  return parse_list(text, setting, -max_weight);
}

std::string print_weighted(const std::vector<Weighted>& list) {
  std::string text;
  for (const auto& [name, weight] : list)
    text += (text.empty() ? "" : ",") + name + (weight == 1 ? "" : ":" + print_double(weight));
  return text;
}

std::vector<double> parse_weights(std::string_view text, std::string_view setting) {
  std::vector<double> list;
  for (std::string_view entry : entries(text)) {
    const auto weight = read_weight(entry);
    if (!weight) refuse(setting, entry, "a number from 0 to 1000000");
    list.push_back(*weight);
  }
  return list;
}

}  // namespace pastiche
