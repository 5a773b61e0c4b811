#pragma once

#include <torch/torch.h>

namespace pastiche {

/// One picture's features at one layer as a Gaussian, all places together, in float64.
struct Gaussian {
  torch::Tensor mean;        ///< {C}
  torch::Tensor covariance;  ///< {C, C}
};

/// Of features {1, C, H, W}.
Gaussian gaussian_of(const torch::Tensor& features);

/// |G_r - G_s| / |G_s| with Frobenius's norm, G being the Gram matrix over H W (Gatys et al. 2016).
double gram_distance(const Gaussian& result, const Gaussian& style);

/// Frechet's distance between Gaussians (Dowson & Landau 1982), squared as is the custom:
///   |m_a - m_b|^2 + Tr(C_a + C_b - 2 (C_a C_b)^(1/2)).
double gaussian_distance(const Gaussian& a, const Gaussian& b);

/// The same of one picture's features (SIFID, Shaham et al. 2019), relative to |m_s|^2 + Tr C_s,
/// the mean square of the style's features.
double frechet_distance(const Gaussian& result, const Gaussian& style);

/// |F_r - F_c| / |F_c| of two features of one shape.
double feature_distance(const torch::Tensor& result, const torch::Tensor& content);

/// Sliced 2-Wasserstein distance (Rabin et al. 2011; Bonneel et al. 2015) between the pixels of two
/// pictures {1, 3, H, W} of any sizes, sRGB in 0..1, as points in CIE Lab (D65): the root mean
/// square over 32 directions and 1024 quantiles, times sqrt(3), so that pictures that differ by the
/// same step at every pixel are as far apart as that step is long, to within 2 %.
double colour_distance(const torch::Tensor& a, const torch::Tensor& b);

/// {1, 3, H, W} sRGB in 0..1 to CIE Lab (D65), float64.
torch::Tensor to_lab(const torch::Tensor& rgb);

}  // namespace pastiche
