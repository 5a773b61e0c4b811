#include "style/picture_losses.hpp"

#include <algorithm>

namespace pastiche {
namespace {

constexpr int64_t band = 128;  // rows at a time

struct Pairs {
  const torch::Tensor& x;
  const torch::Tensor& weights;
  const torch::Tensor& gradient;
  Variation kind;
  double factor;  // of the gradient, over the number of pairs

  /// The `count` rows or columns from `first` and as many from `second`, along
  /// `dim`, within `rows` of the other direction's. Returns the sum of their differences.
  double add(int64_t dim, int64_t first, int64_t second, int64_t count, int64_t row,
             int64_t rows) const {
    const auto part = [&](const torch::Tensor& all, int64_t from) {
      return all.narrow(5 - dim, row, rows).narrow(dim, from, count);
    };
    torch::Tensor difference = part(x, second) - part(x, first);
    const bool squared = kind == Variation::Squared;
    torch::Tensor size = squared ? difference.square() : difference.abs();
    torch::Tensor slope = squared ? difference.mul_(2) : difference.sign_();
    if (weights.defined()) {
      const torch::Tensor both = part(weights, first) * part(weights, second);
      size.mul_(both), slope.mul_(both);
    }
    if (gradient.defined()) {
      part(gradient, second).add_(slope, factor);
      part(gradient, first).sub_(slope, factor);
    }
    return size.sum(torch::kFloat64).item<double>();
  }
};

}  // namespace

double total_variation(const torch::Tensor& x, Variation kind, bool wrapped,
                       const torch::Tensor& weights, double factor, const torch::Tensor& gradient) {
  double total = 0;
  for (const int64_t dim : {2, 3}) {
    const int64_t side = x.size(dim), other = x.size(5 - dim);
    const int64_t pairs = wrapped ? side : side - 1;
    if (pairs == 0) continue;
    const double places = double(x.size(1) * other * pairs);
    const Pairs all{x, weights, gradient, kind, factor / places};
    double sum = 0;
    for (int64_t row = 0; row < x.size(2); row += band) {
      if (dim == 3)
        sum += all.add(3, 0, 1, side - 1, row, std::min(band, x.size(2) - row));
      else if (row + 1 < side)
        sum += all.add(2, row, row + 1, std::min(band, side - 1 - row), 0, other);
    }
    if (wrapped) sum += all.add(dim, side - 1, 0, 1, 0, other);
    total += sum / places;
  }
  return total;
}

double squared_distance(const torch::Tensor& a, const torch::Tensor& b,
                        const torch::Tensor& weights) {
  torch::Tensor squares = (a.to(torch::kFloat32) - b.to(torch::kFloat32)).square_();
  if (weights.defined()) squares.mul_(weights);
  return squares.sum(torch::kFloat64).item<double>();
}

}  // namespace pastiche
