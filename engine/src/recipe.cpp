#include "pastiche/recipe.hpp"

#include <stdexcept>

#include "pastiche/version.hpp"
#include "store/json_text.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

using nlohmann::json;
using Texts = std::map<std::string, std::string, std::less<>>;

constexpr int format = 1;  // raised when an older Pastiche could no longer read a recipe rightly
constexpr std::size_t longest_recipe = 1 << 20;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

const json& member(const json& object, const char* key, json::value_t type) {
  const auto found = object.find(key);
  if (found == object.end()) refuse("it has no " + in_quotes(key));
  if (found->type() != type) refuse("its " + in_quotes(key) + " is of the wrong type");
  return *found;
}

std::string text_of(const json& object, const char* key) {
  return member(object, key, json::value_t::string).get<std::string>();
}

Texts texts_of(const json& object, const char* key) {
  Texts texts;
  for (const auto& [name, value] : member(object, key, json::value_t::object).items()) {
    if (!value.is_string()) refuse("its " + in_quotes(name) + " is no text");
    texts[name] = value.get<std::string>();
  }
  return texts;
}

Recipe read(const std::string& text) {
  if (text.size() > longest_recipe)
    refuse("it has " + std::to_string(text.size()) + " bytes; at most " +
           std::to_string(longest_recipe) + " are read");
  const json document = parse_json(text, 4);
  if (!document.is_object()) refuse("it is no JSON object");
  const auto number = member(document, "format", json::value_t::number_unsigned);
  if (number != format)
    refuse("its format is " + number.dump() + ", but this Pastiche reads " +
           std::to_string(format) + "; a newer Pastiche is needed");
  Recipe recipe{.version = text_of(document, "version"),
                .filter = text_of(document, "filter"),
                .settings = texts_of(document, "settings"),
                .facts = texts_of(document, "facts"),
                .sources = {}};
  for (const json& source : member(document, "sources", json::value_t::array)) {
    if (!source.is_object()) refuse("one of its sources is no object");
    recipe.sources.push_back(
        {text_of(source, "input"), text_of(source, "name"), text_of(source, "sha256")});
  }
  return recipe;
}

}  // namespace

Recipe make_recipe(const Filter& filter, const Settings& settings, const Result& result,
                   std::vector<Recipe::Source> sources) {
  Recipe recipe{.version = version(),
                .filter = filter.name,
                .settings = {},
                .facts = result.facts,
                .sources = std::move(sources)};
  recipe.facts.erase("advice");  // for whoever made the picture, not for its viewers
  for (const Param& param : filter.params)
    recipe.settings[param.name] = Settings::print(settings.value(param.name));
  for (const auto& [name, text] : result.changes) recipe.settings[name] = text;
  return recipe;
}

std::string to_json(const Recipe& recipe) {
  json document = {{"format", format},        {"version", recipe.version},
                   {"filter", recipe.filter}, {"settings", recipe.settings},
                   {"facts", recipe.facts},   {"sources", json::array()}};
  for (const Recipe::Source& source : recipe.sources)
    document["sources"].push_back(
        {{"input", source.input}, {"name", source.name}, {"sha256", source.sha256}});
  // A file's name may be any bytes; a recipe that loses one is better than none.
  return document.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
}

Recipe recipe_from_json(const std::string& json) {
  try {
    return read(json);
  } catch (const std::invalid_argument& error) {
    throw Error(Error::Kind::BadImage,
                std::string("The picture's recipe cannot be read: ") + error.what() + ".");
  }
}

Settings settings_from(const Recipe& recipe) {
  Settings settings(find_filter(recipe.filter).params);
  for (const auto& [name, text] : recipe.settings) settings.parse(name, text);
  return settings;
}

}  // namespace pastiche
