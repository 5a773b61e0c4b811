#pragma once

#include <torch/torch.h>

#include <vector>

namespace pastiche {

/// The mean and covariance of one picture's features, all places together: what
/// a style is, as far as the losses know.
struct Moments {
  torch::Tensor mean;        ///< {C}, float32
  torch::Tensor covariance;  ///< {C, C}, float32, of the features less their mean

  /// {C, C}: the Gram matrix over H W.
  torch::Tensor gram() const;
};

/// {H W, C} float32, in the memory order that the features already have.
torch::Tensor rows_of(const torch::Tensor& features);

/// Of features {1, C, H, W} in any floating point type; accumulated in float32
/// on features over sqrt(H W), so that nothing overflows, and about the mean,
/// which is so much larger that its square would drown the rest. `weights` {1, 1, H, W}
/// say how much each place counts; undefined, all count the same.
/// REQUIRES: the weights are at least 0 and one is larger.
Moments moments(const torch::Tensor& features, const torch::Tensor& weights = {});

/// The moments of a whole from those of its parts, in float64 (Chan et al. 1979).
class MomentSum {
 public:
  /// `count`: how many places the part has, or their weights' sum; above 0.
  void add(const Moments& part, double count);

  /// REQUIRES a part.
  Moments total() const;
  double count() const { return count_; }

 private:
  torch::Tensor mean_, covariance_;
  double count_ = 0;
};

/// Those of all parts together, each counting by its share: pictures side by
/// side. REQUIRES as many shares as parts, adding up to 1.
Moments mix(const std::vector<Moments>& parts, const std::vector<double>& shares);

}  // namespace pastiche
