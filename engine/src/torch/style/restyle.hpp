#pragma once

#include <map>
#include <string>
#include <vector>

#include "nets/image_stylizer.hpp"
#include "style/moments.hpp"

namespace pastiche {

/// How features are given a style's statistics.
enum class Transform {
  AdaIN,      ///< mean and variance of each channel (Huang & Belongie 2017)
  Whitening,  ///< mean and full covariance (Li et al. 2017)
  Transport   ///< the same, moving the features least (Lu et al. 2019)
};

/// The features {1, C, H, W} with the moments `to` where they had `from`. A thousandth of the mean
/// variance is added to all of both, so that channels and directions that hardly vary are not blown
/// up. No gradient passes.
torch::Tensor restyled(const torch::Tensor& features, const Moments& from, const Moments& to,
                       Transform transform);

/// One of the styles to paint in, as a stylizer's encoder sees it.
struct WeighedStyle {
  double share = 1;
  std::map<std::string, Moments> moments;  ///< by layer
};

/// The moments of `picture` {1, 3, H, W} at the stylizer's layers. `weights` {1, 1, H, W} say how
/// much each place counts; undefined, all count the same.
std::map<std::string, Moments> moments_at(ImageStylizer& stylizer, const torch::Tensor& picture,
                                          const torch::Tensor& weights = {});

struct Repainting {
  Transform transform = Transform::Transport;
  double strength = 1;  ///< 0..1: 0 the picture, 1 the styles
  double detail = 0.3;  ///< 0..1: of what comes to a block, how much is the picture's own
  torch::Tensor counts =
      {};  ///< {1, 1, H, W}: places in the picture's moments; undefined: all alike
};

/// `picture` {1, 3, H, W}, H and W multiples of 2^(blocks - 1), repainted from the deepest features
/// to the picture: at each block the features that have come so far, mixed with the picture's own
/// there, get the styles' moments, by their shares, and are decoded to the next. At partial
/// strength features stay between, and what the decoder cannot reproduce of the picture is given
/// back, so that it goes smoothly to the picture itself. Returns float32, about 0..1, not clamped.
/// REQUIRES shares that sum to one.
torch::Tensor repainted(ImageStylizer& stylizer, const torch::Tensor& picture,
                        const std::vector<WeighedStyle>& styles, const Repainting& how);

}  // namespace pastiche
