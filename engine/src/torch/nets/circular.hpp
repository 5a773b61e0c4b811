#pragma once

#include <torch/torch.h>

namespace pastiche {

/// A picture whose opposite edges touch: all that follows counts rows (axis 2) or columns (axis 3)
/// of {N, C, H, W} round and round, so that nothing it makes can tell where the edges are.

/// Those from `begin` to `end` - 1, which may lie outside 0..size - 1.
torch::Tensor wrapped(const torch::Tensor& x, int64_t axis, int64_t begin, int64_t end);

/// The same of `x` brought to `size` of them, linear in between.
torch::Tensor stretched(const torch::Tensor& x, int64_t axis, int64_t size, int64_t begin,
                        int64_t end);

/// Brought to height x width: cubic (Keys 1981), with a kernel as wide as needed when it shrinks.
torch::Tensor circular_resize(const torch::Tensor& x, int64_t height, int64_t width);

}  // namespace pastiche
