#pragma once

#include <string>
#include <vector>

#include "pastiche/evaluate.hpp"
#include "pastiche/models.hpp"

namespace pastiche::cli {

/// One way to transfer a style, to be compared with others.
struct Method {
  std::string label;  ///< as it was typed: "gatys:steps=500"
  const Filter* filter;
  Settings settings;
};

/// Reads each of NAME or NAME:setting=value,setting=value; a piece without "=" belongs to the value
/// before it, so that values may hold commas. Settings not given are at their defaults, but for
/// `models` and `device`, which `common` says where it has them. Throws BadSetting for a name that
/// is neither a filter nor a reference method, a setting it has not, two that are the same, or
/// none.
std::vector<Method> parse_methods(const std::vector<std::string>& texts, const Settings& common);

/// sha256 of each model that goes into a result. Throws NoModel unless they are there.
std::vector<std::string> model_hashes(const Method& method, const Settings& settings);

/// Whether it takes the name of a style its model has learnt instead of a picture.
bool takes_style_by_name(const Method& method);

/// Whether it takes a picture of the style.
bool takes_style_picture(const Method& method);

/// The styles that its model has to offer. REQUIRES takes_style_by_name().
std::vector<OfferedStyle> styles_of(const Method& method);

/// The method's settings for one style picture. A method that takes a style by name gets the one
/// that the file's name holds ("great-wave" of hokusai_great-wave_1831.jpg), unless the setting was
/// given. Throws BadSetting for none.
Settings settings_for(const Method& method, const std::string& style_file);

/// Those of the two that the method takes. REQUIRES a style where it takes one.
Pictures pictures_for(const Method& method, const Image& content, const Image* style);

}  // namespace pastiche::cli
