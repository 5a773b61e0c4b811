#pragma once

#include "nets/image_stylizer.hpp"
#include "style/perceptual_loss.hpp"

namespace pastiche {

/// How features are given a style's statistics.
enum class Transform {
  AdaIN,     ///< mean and variance of each channel (Huang & Belongie 2017)
  Whitening  ///< mean and full covariance (Li et al. 2017)
};

/// The moments of {N, C, H, W} features by layer, N rows. `weights` {1, 1, h, w}
/// of the picture's size, for N of 1, say how much each place counts; undefined,
/// all count the same. REQUIRES weights of at least 0, one larger.
StyleMoments moments_of(const Features& features, const torch::Tensor& weights = {});

/// The features with the moments `to` where they had `from`, a row each. A
/// thousandth of the mean variance is added to all of both, so that channels and
/// directions that hardly vary are not blown up. No gradient passes.
Features restyled(const Features& features, const StyleMoments& from, const StyleMoments& to,
                  Transform transform);

/// By layer, {N, 2 C}: what a decoder is told of a style, the means before the deviations.
Statistics statistics_of(const StyleMoments& style);

}  // namespace pastiche
