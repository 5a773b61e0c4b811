#pragma once

#include <torch/torch.h>

#include "pastiche/image.hpp"

namespace pastiche {

/// Colours as {1, 3, H, W} float32 RGB in 0..1 (clamped). Colours under alpha 0
/// are replaced by the visible ones around them, so that a network never sees
/// what the user does not.
torch::Tensor to_tensor(const Image& image, torch::Device device);

/// The colours themselves as {1, 3, H, W}, not a copy: what is written to it is in the picture.
torch::Tensor colours_of(Image& image);
const torch::Tensor colours_of(const Image& image);  ///< to read only

/// Whether a pixel has alpha 0.
bool has_hidden(const Image& image);

/// Alpha (or, for a mask, luminance times alpha) as {1, 1, H, W} in 0..1.
torch::Tensor alpha_tensor(const Image& image, torch::Device device);
torch::Tensor mask_tensor(const Image& image, torch::Device device);

/// {1, 3, H, W} back into a picture with `alpha_from`'s alpha (resampled when
/// the sizes differ) and, where that is 0 and the sizes agree, its colours.
Image to_image(const torch::Tensor& rgb, const Image& alpha_from);

/// Area when shrinking, bicubic when growing; result clamped to 0..1.
torch::Tensor resize(const torch::Tensor& x, int64_t height, int64_t width);

/// How much red, green and blue count for luma (Rec. 709).
inline constexpr float luma_weights[3] = {0.2126f, 0.7152f, 0.0722f};

/// `luminance`: the content's chroma under the styled luma. `match`: see
/// match_colour. REQUIRES equal sizes, {1, 3, H, W}.
torch::Tensor keep_colour(const torch::Tensor& styled, const torch::Tensor& content);

/// A linear map of colours: matrix {3, 3} times (colour - from {3, 1}) + to {3, 1}, float64.
struct ColourMap {
  torch::Tensor matrix, from, to;

  torch::Tensor operator()(const torch::Tensor& rgb) const;  ///< {1, 3, H, W}, clamped to 0..1
};

/// What gives `style` the mean and covariance of `content`'s colours.
ColourMap colour_match(const torch::Tensor& style, const torch::Tensor& content);

/// `style` with the mean and covariance of `content`'s colours (linear colour
/// matching by Cholesky/PCA, Gatys et al. 2016, "Preserving color").
torch::Tensor match_colour(const torch::Tensor& style, const torch::Tensor& content);

}  // namespace pastiche
