#include "data/transparency.hpp"

namespace pastiche {

torch::Tensor on_white(const torch::Tensor& picture) {
  if (picture.size(0) == 3) return picture;
  const torch::Tensor alpha = picture.narrow(0, 3, 1).to(torch::kFloat32).div(255);
  return torch::lerp(torch::full({1}, 255.f), picture.narrow(0, 0, 3).to(torch::kFloat32), alpha)
      .round()
      .to(torch::kUInt8);
}

torch::Tensor with_alpha(const torch::Tensor& picture) {
  if (picture.size(0) == 4) return picture;
  return torch::cat({picture, torch::full_like(picture.narrow(0, 0, 1), 255)});
}

torch::Tensor resampled(const torch::Tensor& picture, int64_t height, int64_t width) {
  const auto to_size = [&](const torch::Tensor& x) {
    return torch::_upsample_bilinear2d_aa(x.unsqueeze(0), {height, width}, false).squeeze(0);
  };
  const torch::Tensor x = picture.to(torch::kFloat32);
  if (x.size(0) == 3) return to_size(x);
  const torch::Tensor alpha = x.narrow(0, 3, 1) / 255, share = to_size(alpha);
  const torch::Tensor colours = to_size(x.narrow(0, 0, 3) * alpha) / share.clamp_min(1e-3);
  return torch::cat({colours, share * 255}).clamp(0, 255);
}

}  // namespace pastiche
