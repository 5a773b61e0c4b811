#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "data/picture_set.hpp"
#include "device.hpp"
#include "pastiche/error.hpp"
#include "pastiche/filter.hpp"
#include "train/checkpoint.hpp"
#include "train/train_options.hpp"

namespace pastiche {

/// The parts of one step's loss by name; "loss" is what is descended.
using Losses = std::map<std::string, torch::Tensor>;

/// Given a batch and its number, from 0 to batches_of(options) - 1. All that is
/// random in it must come from the seed and that number. Also asked, without
/// gradients, for the loss of held-out batches.
using Step = std::function<Losses(int index, const Batch& batch)>;

/// The training went wrong by itself: NaN, or what a Step found.
struct Diverged : Error {
  explicit Diverged(const std::string& sentence) : Error(Kind::Internal, sentence) {}
};

/// Adam, gradients clipped to norm 10 and summed over `accumulate` batches, the
/// rate by `schedule` after `warm_up` steps; the moving average of the weights,
/// where `ema` is not 0, is what `module` holds at the end and at_checkpoint().
///
/// Every `checkpoint_every` steps: the whole state goes to OUTPUT.checkpoint,
/// from which the same call continues; the losses, that of held-out pictures
/// among them, to OUTPUT.csv and OUTPUT.curve.png; and at_checkpoint() is called.
/// After `early_stop` checkpoints without a better held-out loss the run ends
/// with the weights of the best. NaN ends it with the last checkpoint kept, as
/// Diverged. Throws Cancelled when told to stop, after a checkpoint.
///
/// `others` are modules that `step` trains by itself: their state goes into the
/// checkpoint too. Returns the facts: "steps", "loss", "held-out-loss", and
/// "advice" where there is something to say.
Facts descend(torch::nn::Module& module, const PictureSet& pictures, const LoopOptions& options,
              const Compute& compute, const std::filesystem::path& output, const Step& step,
              const std::function<void()>& at_checkpoint, const Progress& progress,
              const std::vector<Trained>& others = {});

/// How many batches a whole training sees.
inline int batches_of(const LoopOptions& options) { return options.steps * options.accumulate; }

/// The learning rate of a step, from 0.
double rate_at(int step, const LoopOptions& options);

/// OUTPUT.checkpoint
std::filesystem::path checkpoint_of(const std::filesystem::path& output);

/// Computes in bf16 where that keeps the result (convolutions, products) while
/// it lives, if `compute` asks for it; weights and their moments stay float32.
class Autocast {
 public:
  explicit Autocast(const Compute& compute);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  c10::DeviceType device_;
  bool before_;
};

/// What a card says of every training, to be completed by the trainer: data,
/// settings, machine, seconds.
nlohmann::json training_card(std::string_view trainer, const LoopOptions& options,
                             const PictureSet& pictures, const Compute& compute, double seconds);

}  // namespace pastiche
