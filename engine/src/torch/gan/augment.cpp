#include "gan/augment.hpp"

#include <algorithm>

namespace pastiche {
namespace {

constexpr int64_t shift_share = 8, hole_share = 2;

/// {N, 1, 1, 1} in [from, to).
torch::Tensor dice(const torch::Tensor& like, double from, double to, torch::Generator& random) {
  return (torch::rand({like.size(0), 1, 1, 1}, random) * (to - from) + from).to(like.device());
}

torch::Tensor tinted(const torch::Tensor& pictures, torch::Generator& random) {
  const int64_t colours = std::min<int64_t>(pictures.size(1), 3);
  const torch::Tensor x = pictures.narrow(1, 0, colours);
  const torch::Tensor brighter = x + dice(x, -0.25, 0.25, random);
  const torch::Tensor grey = brighter.mean(1, true);
  const torch::Tensor saturated = grey + (brighter - grey) * dice(x, 0, 2, random);
  const torch::Tensor level = saturated.mean({1, 2, 3}, true);
  const torch::Tensor contrasted = level + (saturated - level) * dice(x, 0.5, 1.5, random);
  return torch::cat({contrasted, pictures.narrow(1, colours, pictures.size(1) - colours)}, 1);
}

/// Whole numbers {N, 1} in [from, to].
torch::Tensor whole(const torch::Tensor& like, int64_t from, int64_t to, torch::Generator& random) {
  return torch::randint(from, to + 1, {like.size(0), 1}, random, torch::kInt64).to(like.device());
}

torch::Tensor shifted(const torch::Tensor& x, torch::Generator& random) {
  const int64_t height = x.size(2), width = x.size(3);
  const int64_t down = height / shift_share, right = width / shift_share;
  const torch::Tensor wide = torch::constant_pad_nd(x, {right, right, down, down});
  const torch::Tensor rows =
      torch::arange(height, x.device()) + whole(x, 0, 2 * down, random);  // {N, H}
  const torch::Tensor columns = torch::arange(width, x.device()) + whole(x, 0, 2 * right, random);
  const torch::Tensor sample = torch::arange(x.size(0), x.device()).view({-1, 1, 1});
  return wide.permute({0, 2, 3, 1})
      .index({sample, rows.unsqueeze(2), columns.unsqueeze(1)})
      .permute({0, 3, 1, 2});
}

/// Ones but for the square, {N, H, W}.
torch::Tensor holes(const torch::Tensor& x, torch::Generator& random) {
  const auto inside = [&](int64_t length) {
    const int64_t hole = length / hole_share;
    const torch::Tensor first = whole(x, -hole / 2, length - hole / 2 - 1, random);
    const torch::Tensor at = torch::arange(length, x.device());
    return at.ge(first).logical_and(at.lt(first + hole));
  };
  const torch::Tensor rows = inside(x.size(2)), columns = inside(x.size(3));
  return rows.unsqueeze(2).logical_and(columns.unsqueeze(1)).logical_not();
}

}  // namespace

torch::Tensor augmented(const torch::Tensor& pictures, torch::Generator& random) {
  // About 0, so that what is shifted in or cut out is mid-grey.
  const torch::Tensor moved = shifted(tinted(pictures, random) - 0.5, random);
  return moved * holes(pictures, random).unsqueeze(1).to(pictures.dtype()) + 0.5;
}

}  // namespace pastiche
