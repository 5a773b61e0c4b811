#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Feed-forward transfer (Johnson et al. 2016) with conditional instance
/// normalisation (Dumoulin et al. 2017).
struct FastStyleOptions {
  std::string model = "pastiche-styles";
  std::string style = "";      ///< "starry-night" or "starry-night:2,great-wave:1"; "" = the first
  double stroke_size = 0.5;    ///< 0 the model's finest strokes, 1 its coarsest
  double strength = 1;         ///< 0 content, 1 styled
  std::string pass = "exact";  ///< exact, approximate
  int refine = 0;              ///< steps of optimisation after the pass
  int size = 0;                ///< longest side worked at, px; 0 = the picture's own
  std::string colour = "style";  ///< style, luminance, match
  std::string models = "";       ///< a further folder of models
  CommonOptions common;
};

extern const Filter fast_style_filter;
PASTICHE_API FastStyleOptions fast_style_options(const Settings& settings);

}  // namespace pastiche
