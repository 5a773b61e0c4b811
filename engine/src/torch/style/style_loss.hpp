#pragma once

#include <torch/torch.h>

#include "style/moments.hpp"

namespace pastiche {

/// How far one layer's moments are from a target's, as a share of how far zero
/// features are: 0 for equal moments, 1 for no features at all. So a layer's
/// weight means the same in any encoder.
class StyleLoss {
 public:
  enum class Kind {
    Gram,        ///< squared Frobenius distance of Gram matrices (Gatys et al. 2015)
    Wasserstein  ///< squared 2-Wasserstein distance of the Gaussians of the same
                 ///< mean and covariance (Dowson & Landau 1982)
  };

  StyleLoss(Kind kind, Moments target);

  /// A float32 scalar, at least 0 but for rounding. Its gradient is finite for
  /// whatever moments, a flat picture's included.
  torch::Tensor operator()(const Moments& moments) const;

 private:
  torch::Tensor wasserstein(const Moments& moments) const;

  Kind kind_;
  Moments target_;
  torch::Tensor size_;        // the distance of zero features
  torch::Tensor covariance_;  // the target's, float64, regularised; Wasserstein only
  torch::Tensor root_;        // its square root
  double ridge_ = 0;          // what both covariances are regularised by
};

/// The trace of the square root of a symmetric {C, C} matrix whose eigenvalues
/// are at least `floor`, but for rounding, which is corrected.
torch::Tensor trace_of_root(const torch::Tensor& matrix, double floor);

}  // namespace pastiche
