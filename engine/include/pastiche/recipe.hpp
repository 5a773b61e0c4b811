#pragma once

#include <map>
#include <string>
#include <vector>

#include "pastiche/filter.hpp"

namespace pastiche {

/// How a picture was made, enough to make it again: kept as JSON in the file
/// (PNG text, XMP) and in a parasite of the layer.
struct Recipe {
  /// A picture that went in: its input, its name as given, its file's sha256.
  struct Source {
    std::string input, name, sha256;
  };

  std::string version;  ///< of Pastiche
  std::string filter;
  std::map<std::string, std::string, std::less<>> settings;  ///< as Settings::print writes them
  std::map<std::string, std::string, std::less<>> facts;     ///< Result::facts
  std::vector<Source> sources;
};

/// `result` is one picture; those in its `further` have recipes of their own.
PASTICHE_API Recipe make_recipe(const Filter& filter, const Settings& settings,
                                const Result& result, std::vector<Recipe::Source> sources);
PASTICHE_API std::string to_json(const Recipe& recipe);

/// Throws BadImage for text that is no recipe of ours.
PASTICHE_API Recipe recipe_from_json(const std::string& json);

/// The settings of a recipe, checked against the filter's table of today.
PASTICHE_API Settings settings_from(const Recipe& recipe);

/// The name under which a recipe is kept: PNG text keyword and GIMP parasite.
inline constexpr const char* recipe_key = "pastiche-recipe";

}  // namespace pastiche
