#include "evaluate/sets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace pastiche {
namespace {

constexpr int64_t subsets = 100, largest_subset = 1000, neighbour = 3;
constexpr int64_t at_once = 1024;  // rows of a matrix of distances

std::uint64_t split_mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

torch::Tensor kernel(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor k = a.matmul(b.t()) / double(a.size(1)) + 1;
  return k * k * k;
}

/// The mean off the diagonal.
double mean_within(const torch::Tensor& matrix) {
  const double n = double(matrix.size(0));
  return (matrix.sum() - matrix.trace()).item<double>() / (n * (n - 1));
}

double discrepancy(const torch::Tensor& a, const torch::Tensor& b) {
  return mean_within(kernel(a, a)) + mean_within(kernel(b, b)) -
         2 * kernel(a, b).mean().item<double>();
}

/// Calls visit(distances {some rows of `from`, all of `to`}, first row) until all have come.
template <class Visit>
void visit_distances(const torch::Tensor& from, const torch::Tensor& to, Visit visit) {
  for (int64_t first = 0; first < from.size(0); first += at_once) {
    const int64_t count = std::min(at_once, from.size(0) - first);
    visit(torch::cdist(from.narrow(0, first, count), to), first);
  }
}

}  // namespace

Gaussian gaussian_of_rows(const torch::Tensor& rows) {
  const torch::Tensor mean = rows.mean(0), centred = rows - mean;
  return {mean, centred.t().matmul(centred) / double(rows.size(0) - 1)};
}

double classifier_score(const torch::Tensor& logits) {
  const torch::Tensor log_p = torch::log_softmax(logits, 1), p = log_p.exp();
  const torch::Tensor log_mean = p.mean(0, /*keepdim=*/true).log();
  return std::exp((p * (log_p - log_mean)).nan_to_num().sum(1).mean().item<double>());
}

KernelDistance kernel_distance(const torch::Tensor& a, const torch::Tensor& b) {
  const int64_t size = std::min({largest_subset, a.size(0), b.size(0)});
  if (size == a.size(0) && size == b.size(0)) return {discrepancy(a, b), 0};
  std::vector<double> found;
  for (std::uint64_t i = 0; i < std::uint64_t(subsets); ++i)
    found.push_back(
        discrepancy(a.index_select(0, shuffled(a.size(0), 2 * i + 1).narrow(0, 0, size)),
                    b.index_select(0, shuffled(b.size(0), 2 * i + 2).narrow(0, 0, size))));
  const torch::Tensor all = torch::tensor(found, torch::kFloat64);
  return {all.mean().item<double>(), all.std(/*unbiased=*/false).item<double>()};
}

torch::Tensor nearest_distances(const torch::Tensor& from, const torch::Tensor& to, int64_t k) {
  std::vector<torch::Tensor> parts;
  visit_distances(from, to, [&](torch::Tensor distances, int64_t first) {
    if (from.is_same(to)) distances.diagonal(first).fill_(std::numeric_limits<double>::infinity());
    parts.push_back(std::get<0>(distances.kthvalue(k, 1)));
  });
  return torch::cat(parts);
}

double share_within(const torch::Tensor& rows, const torch::Tensor& set) {
  const torch::Tensor radii = nearest_distances(set, set, neighbour);
  double within = 0;
  visit_distances(rows, set, [&](const torch::Tensor& distances, int64_t) {
    within += (distances <= radii).any(1).sum().item<double>();
  });
  return within / double(rows.size(0));
}

double mean_distance(const torch::Tensor& rows) {
  double sum = 0;
  visit_distances(rows, rows, [&](const torch::Tensor& distances, int64_t first) {
    sum += (distances.sum() - distances.diagonal(first).sum()).item<double>();
  });
  const double n = double(rows.size(0));
  return sum / (n * (n - 1));
}

torch::Tensor shuffled(int64_t count, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, int64_t>> keys;
  for (int64_t i = 0; i < count; ++i)
    keys.emplace_back(split_mix((seed << 32) + std::uint64_t(i)), i);
  std::ranges::sort(keys);
  std::vector<int64_t> places;
  for (const auto& [key, place] : keys) places.push_back(place);
  return torch::tensor(places, torch::kInt64);
}

}  // namespace pastiche
