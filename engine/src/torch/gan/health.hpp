#pragma once

#include <torch/torch.h>

namespace pastiche {

/// How like each other made pictures are: their mean distance from one another (L1, pairs of the
/// same class only) as a share of that of true ones; 1 is as various, 0 all the same. {N, ...}.
double diversity_of(const torch::Tensor& made, const torch::Tensor& genuine,
                    const torch::Tensor& classes);

/// Watches a GAN's training. A buffer, so that a checkpoint holds it.
struct HealthImpl : torch::nn::Module {
  HealthImpl();

  /// Takes in one step. Throws Diverged with what is wrong: samples that have become alike, a
  /// discriminator that is always right and no longer teaches, or one whose `loss`, without its
  /// penalty, is beyond `bound` on the average.
  void observe(int step, double diversity, double loss, double bound);

  double diversity() const { return state[0].item<double>(); }

  /// How often the training has gone back; kept in its checkpoints.
  int remedies() const { return int(state[3].item<double>()); }
  void set_remedies(int count) { state[3] = count; }

  torch::Tensor state;  ///< diversity and loss, averaged; whether it was various; remedies
};
TORCH_MODULE(Health);

}  // namespace pastiche
