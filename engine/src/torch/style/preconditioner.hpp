#pragma once

#include <torch/torch.h>

namespace pastiche {

/// About the inverse of the curvature of the losses of a picture {1, 3, H, W}, but for a factor: a
/// symmetric, positive definite map. How it depends on frequencies and colours is known from the
/// start; how it varies over the picture is learnt from the steps made.
class Preconditioner {
 public:
  /// For pictures of `picture`'s size; {} is the identity, which learns nothing.
  Preconditioner() = default;
  explicit Preconditioner(const torch::Tensor& picture);

  torch::Tensor operator()(const torch::Tensor& gradient) const;

  /// That a step `moved` the picture by so much and `turned` the gradient by so much.
  void learn(const torch::Tensor& moved, const torch::Tensor& turned);

 private:
  int64_t height_ = 0, width_ = 0;
  torch::Tensor axes_;            // {2, 3}: luminance, red to blue; orthonormal
  torch::Tensor smooth_;          // {2, H / 2, W / 4 + 1}: what their frequencies are weighted by
  torch::Tensor moved_, turned_;  // {1, 1, cells down, cells across}: their energy of late
  torch::Tensor local_;           // {1, 1, H, W}: what places are weighted by
};

}  // namespace pastiche
