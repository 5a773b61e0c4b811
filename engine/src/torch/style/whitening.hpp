#pragma once

#include "style/moments.hpp"

namespace pastiche {

/// The features {1, C, H, W} of a content moved so that their mean and
/// covariance become the style's: whitened, then coloured (Li et al. 2017,
/// "Universal style transfer via feature transforms"), both by the symmetric
/// root, which moves each place least. `content_moments` are the content's own,
/// or those of a region of it. The roots are taken in float64 on the CPU, so
/// that devices agree. Directions in which the content hardly varies, below
/// 1e-6 of its largest variance, are amplified no further than that: they hold
/// rounding only. A partial strength is the caller's torch::lerp. Result in the
/// content's type, on its device. REQUIRES moments of C channels.
torch::Tensor whiten_and_colour(const torch::Tensor& content, const Moments& content_moments,
                                const Moments& style);

/// The same moments by the linear map that moves the features least of all: the optimal transport
/// between the two Gaussians (Olkin & Pukelsheim 1982; Lu et al. 2019, "A closed-form solution to
/// universal style transfer"). Whitening forgets which feature was which; this keeps the content's.
torch::Tensor transport(const torch::Tensor& content, const Moments& content_moments,
                        const Moments& style);

}  // namespace pastiche
