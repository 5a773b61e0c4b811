#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "evaluate/distances.hpp"

namespace pastiche {

// Measures of sets of pictures by their features {N, d}, float64, one row a picture.

/// Mean and unbiased covariance of rows.
Gaussian gaussian_of_rows(const torch::Tensor& rows);

/// exp(mean KL(p(y|x) | p(y))) of logits {N, classes} (Salimans et al. 2016), all in one part: from
/// 1 to the number of classes.
double classifier_score(const torch::Tensor& logits);

/// Kernel distance (Binkowski et al. 2018): the squared maximum mean discrepancy under the kernel
/// (x y / d + 1)^3, without bias, which may bring it below 0.
struct KernelDistance {
  double mean = 0;
  double deviation = 0;  ///< over the subsets; 0 when there is one
};

/// Over 100 subsets of 1,000 rows, or as many as the smaller set has; of whole sets, one.
KernelDistance kernel_distance(const torch::Tensor& a, const torch::Tensor& b);

/// The distance from each row of `from` to the k-th nearest row of `to`, {N}. `to` may be `from`
/// itself (the same tensor): a row is then not its own neighbour. REQUIRES enough rows.
torch::Tensor nearest_distances(const torch::Tensor& from, const torch::Tensor& to, int64_t k);

/// The share of `rows` that lie in the manifold of `set`: no farther from one of its rows than that
/// one's third nearest neighbour (Kynkaanniemi et al. 2019). Of samples in real pictures it is
/// their precision, the other way round the recall.
double share_within(const torch::Tensor& rows, const torch::Tensor& set);

/// The mean distance between two different rows.
double mean_distance(const torch::Tensor& rows);

/// Places 0 to count - 1 in an order drawn by `seed`, the same everywhere: sorted by SplitMix64
/// (Steele et al. 2014) of seed * 2^32 + place.
torch::Tensor shuffled(int64_t count, std::uint64_t seed);

}  // namespace pastiche
