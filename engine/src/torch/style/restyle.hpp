#pragma once

#include <map>
#include <string>
#include <vector>

#include "nets/image_stylizer.hpp"
#include "style/moments.hpp"
#include "style/whitening.hpp"

namespace pastiche {

/// How features are given a style's statistics.
enum class Transform {
  AdaIN,      ///< mean and variance of each channel (Huang & Belongie 2017)
  Whitening,  ///< mean and full covariance (Li et al. 2017)
  Transport   ///< the same, moving the features least (Lu et al. 2019)
};

/// What gives features of the moments `from` the moments `to`. A thousandth of the mean variance is
/// added to all of both, so that channels and directions that hardly vary are not blown up.
Affine restyle(const Moments& from, const Moments& to, Transform transform);

/// One of the styles to paint in, as a stylizer's encoder sees it.
struct WeighedStyle {
  double share = 1;
  std::map<std::string, Moments> moments;  ///< by layer
};

/// Pixels that are computed at once where nothing else is said: all.
constexpr int64_t all_at_once = int64_t(1) << 40;

/// The moments of `picture` {1, 3, H, W} at the stylizer's layers, seen in tiles of `room` pixels.
/// `weights` {1, 1, H, W} say how much each place counts; undefined, or 0 everywhere, all count the
/// same.
std::map<std::string, Moments> moments_at(ImageStylizer& stylizer, const torch::Tensor& picture,
                                          const torch::Tensor& weights = {},
                                          int64_t room = all_at_once);

/// The moments of a layer's features from those of its parts.
class LayerMoments {
 public:
  /// `weights` as moments_at() takes them, brought to the layer's height and width.
  LayerMoments(const torch::Tensor& weights, int64_t height, int64_t width);

  /// The features {1, C, h, w} from that place on.
  void add(const torch::Tensor& features, int64_t row, int64_t column);

  Moments total() const { return sum_.total(); }

 private:
  torch::Tensor weights_;  // {1, 1, height, width}
  MomentSum sum_;
};

}  // namespace pastiche
