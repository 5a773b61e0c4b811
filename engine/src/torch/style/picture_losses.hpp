#pragma once

#include <torch/torch.h>

namespace pastiche {

/// Mean squared distance of features {1, C, H, W} from a target's, as a share
/// of the target's own mean square; places weighted by `weights` {1, 1, H, W},
/// all equal when undefined. A float32 scalar.
class ContentLoss {
 public:
  ContentLoss(torch::Tensor target, torch::Tensor weights = {});

  torch::Tensor operator()(const torch::Tensor& features) const;

 private:
  torch::Tensor target_;
  torch::Tensor shares_;  // of each place, over the target's mean square
};

enum class Variation {
  Squared,  ///< mean of the squared differences between neighbours
  Absolute  ///< mean of the absolute ones
};

/// Total variation of {1, C, H, W}: means over pixels of both directions'
/// differences, summed. `wrapped` counts the right and left, lower and upper
/// edges as neighbours. Pairs are weighted by the product of their `weights`.
torch::Tensor total_variation(const torch::Tensor& x, Variation kind, bool wrapped,
                              const torch::Tensor& weights = {});

/// `x` unchanged, but its gradient on the way back has the L1 norm `length`,
/// whatever it was (neural-style's -normalize_gradients).
torch::Tensor with_gradient_length(const torch::Tensor& x, double length);

}  // namespace pastiche
