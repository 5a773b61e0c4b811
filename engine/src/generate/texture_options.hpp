#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// A texture of any size.
struct TextureOptions {
  std::string model = "pastiche-textures";  ///< a texture model's name, or a file
  std::string texture = "";  ///< one of its textures, or several with weights; "" = the first
  int width = 512;           ///< px
  int height = 512;
  double zoom = 1;       ///< 2 shows everything twice as large
  bool tileable = true;  ///< continues over its own opposite edges
  int count = 1;         ///< samples, of the seeds from `seed` on
  std::string models = "";
  CommonOptions common = {};
};

extern const Filter texture_filter;
PASTICHE_API TextureOptions texture_options(const Settings& settings);

}  // namespace pastiche
