#include "nets/circular.hpp"

#include <cmath>

namespace pastiche {
namespace {

torch::Tensor places(int64_t begin, int64_t end, int64_t size) {
  return torch::arange(begin, end, torch::kInt64).remainder(size);
}

/// Where the pixels' centres lie among `from` pixels when they are `to` in all.
torch::Tensor centres(const torch::Tensor& places, int64_t from, int64_t to) {
  return (places.to(torch::kFloat64) + 0.5) * (double(from) / double(to)) - 0.5;
}

torch::Tensor picked(const torch::Tensor& x, int64_t axis, const torch::Tensor& places) {
  return x.index_select(axis, places.to(torch::kInt64).remainder(x.size(axis)).to(x.device()));
}

/// A number for each row or column, to go with `x`.
torch::Tensor along(const torch::Tensor& numbers, int64_t axis, const torch::Tensor& x) {
  const torch::Tensor line = numbers.to(x.device(), x.scalar_type());
  return axis == 2 ? line.view({1, 1, -1, 1}) : line.view({1, 1, 1, -1});
}

torch::Tensor cubic(const torch::Tensor& distance) {
  const torch::Tensor d = distance.abs();
  const torch::Tensor near = (1.5 * d - 2.5) * d * d + 1;
  const torch::Tensor far = ((-0.5 * d + 2.5) * d - 4) * d + 2;
  return torch::where(d < 1, near, torch::where(d < 2, far, torch::zeros_like(d)));
}

torch::Tensor resized(const torch::Tensor& x, int64_t axis, int64_t size) {
  const int64_t from = x.size(axis);
  if (from == size) return x;
  const double widened = std::max(1.0, double(from) / double(size));
  const int64_t reach = int64_t(std::ceil(2 * widened));
  const torch::Tensor at = centres(places(0, size, size), from, size), first = at.floor();
  torch::Tensor sum, weights;
  for (int64_t tap = 1 - reach; tap <= reach; ++tap) {
    const torch::Tensor weight = cubic((first + tap - at) / widened);
    const torch::Tensor part = picked(x, axis, first + tap) * along(weight, axis, x);
    sum = sum.defined() ? sum.add_(part) : part;
    weights = weights.defined() ? weights + weight : weight;
  }
  return sum.div_(along(weights, axis, x));
}

}  // namespace

torch::Tensor wrapped(const torch::Tensor& x, int64_t axis, int64_t begin, int64_t end) {
  if (begin >= 0 && end <= x.size(axis)) return x.narrow(axis, begin, end - begin);
  return picked(x, axis, places(begin, end, x.size(axis)));
}

Lines behind(int64_t of, int64_t size, int64_t begin, int64_t end) {
  const auto centre = [&](int64_t place) {
    return int64_t(std::floor((double(place) + 0.5) * (double(of) / double(size)) - 0.5));
  };
  const Lines part = {centre(begin) - 1, centre(end - 1) + 3, of};
  return part.last - part.first < of ? part : Lines{0, of, of};
}

torch::Tensor stretched(const torch::Tensor& x, int64_t axis, int64_t size, int64_t begin,
                        int64_t end) {
  return stretched(x, {0, x.size(axis), x.size(axis)}, axis, size, begin, end);
}

torch::Tensor stretched(const torch::Tensor& x, const Lines& part, int64_t axis, int64_t size,
                        int64_t begin, int64_t end) {
  const torch::Tensor at = centres(places(begin, end, size), part.of, size);
  const torch::Tensor first = at.floor();
  const auto taken = [&](const torch::Tensor& places) {
    return picked(x, axis, (places.to(torch::kInt64) - part.first).remainder(part.of));
  };
  return torch::lerp(taken(first), taken(first + 1), along(at - first, axis, x));
}

torch::Tensor circular_resize(const torch::Tensor& x, int64_t height, int64_t width) {
  return resized(resized(x, 2, height), 3, width);
}

}  // namespace pastiche
