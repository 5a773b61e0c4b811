#pragma once

#include <torch/torch.h>

namespace pastiche {

enum class Variation {
  Squared,  ///< mean of the squared differences between neighbours
  Absolute  ///< mean of the absolute ones
};

/// Total variation of {1, C, H, W}: means over pixels of both directions'
/// differences, summed. `wrapped` counts the right and left, lower and upper
/// edges as neighbours. Pairs are weighted by the product of their `weights`
/// {1, 1, H, W}, undefined for all alike. Adds `factor` times its gradient to
/// `gradient`, which may be undefined. Bands of rows keep what it needs small.
double total_variation(const torch::Tensor& x, Variation kind, bool wrapped,
                       const torch::Tensor& weights = {}, double factor = 0,
                       const torch::Tensor& gradient = {});

/// The sum of squared differences of {1, C, H, W} features in any floating point
/// type, each place times its weight {1, 1, H, W}, 1 when undefined.
double squared_distance(const torch::Tensor& a, const torch::Tensor& b,
                        const torch::Tensor& weights = {});

}  // namespace pastiche
