#pragma once

#include "style/moments.hpp"

namespace pastiche {

/// What is done to the features of each place: matrix x + shift.
struct Affine {
  torch::Tensor matrix;  ///< {out, in} float64, on the CPU
  torch::Tensor shift;   ///< {out}

  /// Of {1, in, H, W}: {1, out, H, W}, computed in float32, in the same type and on the same device.
  torch::Tensor operator()(const torch::Tensor& features) const;

  /// The moments that features of these moments have then, float64 on the CPU.
  Moments operator()(const Moments& moments) const;

  /// First `first`, then this.
  Affine after(const Affine& first) const;
};

/// Moves a content's features so that their mean and covariance become the style's: whitened, then
/// coloured (Li et al. 2017, "Universal style transfer via feature transforms"), both by the
/// symmetric root, which moves each place least. `content` are the content's moments, or those of a
/// region of it. The roots are taken in float64 on the CPU, so that devices agree. Directions in
/// which the content hardly varies, below 1e-6 of its largest variance, are amplified no further
/// than that: they hold rounding only. REQUIRES moments of C channels both.
Affine whiten_and_colour(const Moments& content, const Moments& style);

/// The same moments by the linear map that moves the features least of all: the optimal transport
/// between the two Gaussians (Olkin & Pukelsheim 1982; Lu et al. 2019, "A closed-form solution to
/// universal style transfer"). Whitening forgets which feature was which; this keeps the content's.
Affine transport(const Moments& content, const Moments& style);

}  // namespace pastiche
