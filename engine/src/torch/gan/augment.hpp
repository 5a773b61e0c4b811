#pragma once

#include <torch/torch.h>

namespace pastiche {

/// Differentiable augmentation (Zhao et al. 2020): each sample of {N, C, H, W} in 0..1 changed in
/// brightness, saturation and contrast (a fourth channel, alpha, is not), shifted by up to an eighth (what comes in is mid-grey), and
/// with a square of half its side cut out, as `random` says.
torch::Tensor augmented(const torch::Tensor& pictures, torch::Generator& random);

}  // namespace pastiche
