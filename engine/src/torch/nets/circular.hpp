#pragma once

#include <torch/torch.h>

namespace pastiche {

/// A picture whose opposite edges touch: all that follows counts rows (axis 2) or columns (axis 3)
/// of {N, C, H, W} round and round, so that nothing it makes can tell where the edges are.

/// Those from `begin` to `end` - 1, which may lie outside 0..size - 1; where they do not, a view.
torch::Tensor wrapped(const torch::Tensor& x, int64_t axis, int64_t begin, int64_t end);

/// Those from `first` to `last` - 1 of `of`.
struct Lines {
  int64_t first, last, of;
};

/// Where the rows or columns from `begin` to `end` - 1, of `size` to which `of` are brought, come
/// from; all of them where that is nearly all.
Lines behind(int64_t of, int64_t size, int64_t begin, int64_t end);

/// The same of `x` brought to `size` of them, linear in between. `x` may be a part, see behind().
torch::Tensor stretched(const torch::Tensor& x, int64_t axis, int64_t size, int64_t begin,
                        int64_t end);
torch::Tensor stretched(const torch::Tensor& x, const Lines& part, int64_t axis, int64_t size,
                        int64_t begin, int64_t end);

/// Brought to height x width: cubic (Keys 1981), with a kernel as wide as needed when it shrinks.
torch::Tensor circular_resize(const torch::Tensor& x, int64_t height, int64_t width);

}  // namespace pastiche
