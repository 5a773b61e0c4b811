#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Any picture as the style: an encoder's features are given the style's statistics at each level on
/// the way back to a picture (Huang & Belongie 2017; Li et al. 2017 for whitening; Lu et al. 2019 for
/// transport), in one pass, and a few steps of optimisation (Gatys et al. 2016) go on from there.
struct StyleFromImageOptions {
  std::string model = "pastiche-style-from-image";
  std::string style_weights = "";  ///< "2,1": one per style picture; "" = all equal
  double strength = 1;             ///< 0 content, 1 styled
  double detail = 0.3;  ///< 0 from the deepest features alone, 1 all of the content's own
  std::string statistics = "transport";  ///< transport, adain, whitening
  int refine = 15;               ///< steps of optimisation after the pass, 0 for none
  int size = 0;                  ///< longest side worked at, px; 0 = the picture's own
  double style_scale = 1;        ///< size of the style pictures relative to that
  std::string colour = "style";  ///< style, luminance, match
  std::string models = "";       ///< a further folder of models
  CommonOptions common = {};
};

extern const Filter style_from_image_filter;
PASTICHE_API StyleFromImageOptions style_from_image_options(const Settings& settings);

}  // namespace pastiche
