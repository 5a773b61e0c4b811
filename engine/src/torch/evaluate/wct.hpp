#pragma once

#include "evaluate/options.hpp"

namespace pastiche {

/// Universal style transfer (Li et al. 2017): for each encoder and its decoder in turn, the
/// features of the picture so far get the style's mean and covariance and are decoded again.
/// Facts: device. Throws NoModel for an encoder and decoder that do not fit each other,
/// BadSetting for lists of unequal length.
Result wct(const Image& content, const Image& style, const WctOptions& options,
           const Progress& progress);

}  // namespace pastiche
