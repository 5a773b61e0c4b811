#include "store/json_text.hpp"

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "text.hpp"

namespace pastiche {

nlohmann::json parse_json(std::string_view text, int depth) {
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> keys;  // of the objects being read, outermost first
  const auto watch = [&](int level, Event event, const nlohmann::json& value) {
    if ((event == Event::object_start || event == Event::array_start) && level >= depth)
      throw std::invalid_argument("it is nested deeper than " + std::to_string(depth) + " levels");
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.get<std::string>()).second)
      throw std::invalid_argument("the key " + in_quotes(value.get<std::string>()) +
                                  " occurs twice");
    return true;
  };
  try {
    return nlohmann::json::parse(text, watch);
  } catch (const nlohmann::json::parse_error& error) {
    throw std::invalid_argument("no JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception&) {
    throw std::invalid_argument("a number in it is out of range");
  }
}

}  // namespace pastiche
