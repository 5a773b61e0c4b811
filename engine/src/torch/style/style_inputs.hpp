#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "device.hpp"
#include "pastiche/filter.hpp"
#include "style/objective.hpp"

namespace pastiche {

/// A content and its styles as tensors of their own sizes.
struct StyleInputs {
  ContentPicture content;
  std::vector<StylePicture> styles;  ///< shares add up to 1; masks of the content's size
};

/// The inputs "content", "style" and "mask" of a filter, the styles' colours
/// matched to the content's if asked. Throws BadImage for pictures without a
/// visible pixel and for masks that are black wherever the content is visible;
/// BadSetting for weights that are not one a style or all 0, and for a number of
/// masks that is not that of the styles.
StyleInputs read_style_inputs(const Pictures& pictures, const std::string& style_weights,
                              bool match_colours, const Compute& compute);

}  // namespace pastiche
