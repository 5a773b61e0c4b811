#pragma once

#include <torch/torch.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "nets/encoder.hpp"
#include "style/moments.hpp"

namespace pastiche {

/// Moments by layer, a row for each of N pictures: mean {N, C}, covariance {N, C, C}.
using StyleMoments = std::map<std::string, Moments>;

/// Of each sample's features {N, C, H, W}, in float32.
Moments batch_moments(const torch::Tensor& features);

/// The rows of all parts, one after the other. REQUIRES the same layers in each.
StyleMoments joined(const std::vector<StyleMoments>& parts);

/// The rows `ids` {N} of `styles`.
StyleMoments selected(const StyleMoments& styles, const torch::Tensor& ids);

/// What feed-forward stylizers are trained by: whether a painted picture shows
/// what the content shows and has the style's statistics, in the eyes of a
/// frozen encoder (Johnson et al. 2016). All distances are relative, so weights
/// mean the same for any encoder.
class PerceptualLoss {
 public:
  /// "loss" is left to the trainer, who weighs these:
  ///   content  mean over relu3_1 and relu4_1 of the squared distance to the content's
  ///            features, as a share of their own square
  ///   style    mean over relu1_1..relu5_1 of log(1 + d) of the means and of the covariances,
  ///            d the squared distance as a share of the style's own square
  ///   tv       squared differences of neighbouring pixels
  ///   lattice  mean square of what repeats every four pixels, the step of the stylizer's upsampling
  ///   range    how far values lie outside 0..1
  using Losses = std::map<std::string, torch::Tensor>;

  /// REQUIRES a frozen encoder with those layers, normalised, on the pictures' device.
  explicit PerceptualLoss(Encoder judge) : judge_(std::move(judge)) {}

  /// Of pictures {N, 3, H, W} in 0..1; without gradient.
  StyleMoments style_of(const torch::Tensor& pictures) const;

  /// "style" alone.
  torch::Tensor style(const torch::Tensor& painted, const StyleMoments& style) const;

  /// `painted` and `content` {N, 3, H, W} of one size; `style` with N rows.
  Losses operator()(const torch::Tensor& painted, const torch::Tensor& content,
                    const StyleMoments& style) const;

 private:
  mutable Encoder judge_;  // frozen; a module's call is not const
};

}  // namespace pastiche
