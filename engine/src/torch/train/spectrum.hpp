#pragma once

#include <torch/torch.h>

namespace pastiche {

/// What is regular in a picture: its strongest plane waves, of different directions and with
/// periods of 6 to 100 px.
struct PlaneWaves {
  torch::Tensor waves;   ///< {count, 2}: cycles per pixel, down and across
  torch::Tensor shares;  ///< {count}: of the variance at those periods, about 0..1
};

/// `picture` {1, 3, H, W}.
PlaneWaves plane_waves(const torch::Tensor& picture, int64_t count);

}  // namespace pastiche
