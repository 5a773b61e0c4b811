#pragma once

#include <functional>
#include <vector>

#include "style/restyle.hpp"

namespace pastiche {

struct Repainting {
  Transform transform = Transform::Transport;
  double strength = 1;  ///< 0..1: 0 the picture, 1 the styles
  double detail = 0.3;  ///< 0..1: of what comes to a block, how much is the picture's own
  torch::Tensor counts =
      {};  ///< {1, 1, H, W}: places in the picture's moments; undefined: all alike
  int64_t room = all_at_once;  ///< px of the picture that are computed at once
  std::function<void(double done)> tell = [](double) {};  ///< after each tile; may throw
};

/// `picture` {1, 3, H, W}, H and W multiples of 2^(blocks - 1), repainted from the deepest features
/// to the picture: at each block the features that have come so far, mixed with the picture's own
/// there, get the styles' moments, by their shares, and are decoded to the next. At partial
/// strength features stay between, and what the decoder cannot reproduce of the picture is given
/// back, so that it goes smoothly to the picture itself. Features are kept whole, all else is done
/// tile by tile, to the same result but for rounding. Returns float32, about 0..1, not clamped. No
/// gradient passes. REQUIRES shares that sum to one.
torch::Tensor repainted(ImageStylizer& stylizer, const torch::Tensor& picture,
                        const std::vector<WeighedStyle>& styles, const Repainting& how);

}  // namespace pastiche
