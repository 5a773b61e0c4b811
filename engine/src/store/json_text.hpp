#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace pastiche {

/// `text` as JSON, stricter than the standard asks: no key twice in an object,
/// no more than `depth` objects and arrays inside each other. Throws
/// std::invalid_argument with what is wrong, to follow "is broken: ".
nlohmann::json parse_json(std::string_view text, int depth);

}  // namespace pastiche
