#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <string>

namespace pastiche {

/// What a training is at one moment, beside its module and Adam: with it the
/// rest comes out bit for bit as without a stop (same device and threads).
struct TrainingState {
  using Weights = std::map<std::string, torch::Tensor>;

  int step = 0;      ///< steps done
  Weights averaged;  ///< the moving average of the weights; empty without one
  Weights best;      ///< those of the best held-out loss; empty without early stop
  double best_loss = 0;
  int worse = 0;  ///< checkpoints since then
};

/// Several modules trained side by side, each with an Adam of its own: a GAN's
/// two, say. By a name that tells them apart in the file; "" for the only one.
struct Trained {
  std::string name;
  torch::nn::Module* module;
  torch::optim::Adam* adam;  ///< null for a module of buffers alone
};

/// Writes all there is, float32, to a file of its own and then under its name:
/// a kill at any moment leaves the old checkpoint or the new one.
void save_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                     const std::vector<Trained>& trained);

/// Takes a training up where `file` left it; does nothing without the file.
/// Throws NoModel for one that is broken or was made for other networks.
TrainingState load_checkpoint(const std::filesystem::path& file,
                              const std::vector<Trained>& trained);

/// Copies `weights` into the parameters and buffers of their names.
void assign(torch::nn::Module& module, const TrainingState::Weights& weights);

}  // namespace pastiche
