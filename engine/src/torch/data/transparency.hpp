#pragma once

#include <torch/torch.h>

namespace pastiche {

/// {3, H, W} uint8 of a picture {3 or 4, H, W}: laid on white where it has alpha.
torch::Tensor on_white(const torch::Tensor& picture);

/// {4, H, W} uint8: opaque where it has no alpha of its own.
torch::Tensor with_alpha(const torch::Tensor& picture);

/// {3 or 4, height, width} float32 in 0..255: smoothed where it shrinks. A pixel's colour counts as
/// much as its alpha, so that what cannot be seen tints no edge; where all is clear it is black.
torch::Tensor resampled(const torch::Tensor& picture, int64_t height, int64_t width);

}  // namespace pastiche
