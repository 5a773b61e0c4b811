#include "store/style_rows.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "store/json_text.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

using nlohmann::json;

constexpr int largest_stroke = 1 << 20;  // px; far beyond any picture

std::string text_of(const Metadata& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

/// The JSON list `text`, all of whose entries pass `good`; nothing otherwise.
template <class Good>
std::optional<json> read_list(const std::string& text, Good good) try {
  json list = parse_json(text, 1);
  if (list.is_array() && std::ranges::all_of(list, good)) return list;
  return std::nullopt;
} catch (const std::invalid_argument&) {
  return std::nullopt;
}

}  // namespace

StyleRows style_rows(const Metadata& metadata) {
  StyleRows rows;
  if (const std::string text = text_of(metadata, "styles"); !text.empty()) {
    const auto list = read_list(text, [](const json& name) { return name.is_string(); });
    if (!list)
      throw std::invalid_argument("has styles that are no JSON list of names: " + in_quotes(text));
    rows.styles = list->get<std::vector<std::string>>();
  }
  if (const std::string text = text_of(metadata, "strokes"); !text.empty()) {
    const auto list = read_list(text, [](const json& size) {
      return size.is_number_unsigned() && size > 0 && size <= largest_stroke;
    });
    if (list) rows.strokes = list->get<std::vector<int>>();
    if (rows.strokes.empty() || !std::ranges::is_sorted(rows.strokes))
      throw std::invalid_argument("has strokes that are no JSON list of ascending sizes: " +
                                  in_quotes(text));
  }
  return rows;
}

Metadata metadata_of(const StyleRows& rows) {
  Metadata metadata = {{"styles", json(rows.styles).dump()}};
  if (!rows.strokes.empty()) metadata["strokes"] = json(rows.strokes).dump();
  return metadata;
}

}  // namespace pastiche
