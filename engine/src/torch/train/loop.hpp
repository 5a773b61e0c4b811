#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "data/picture_set.hpp"
#include "device.hpp"
#include "pastiche/filter.hpp"
#include "train/train_options.hpp"

namespace pastiche {

/// The parts of one step's loss by name; "loss" is what is descended.
using Losses = std::map<std::string, torch::Tensor>;

/// Given the step's number and its batch {N, 3, S, S} float32 in 0..1.
using Step = std::function<Losses(int step, const torch::Tensor& batch)>;

/// Adam with warm-up and a cosine down to a hundredth of the rate, gradients
/// clipped to norm 10. Every `checkpoint_every` steps the weights, the moments
/// and the step go to OUTPUT.checkpoint, from which the same call continues;
/// the losses go to OUTPUT.csv. NaN ends the run with the last checkpoint kept.
/// Throws Cancelled when told to stop, after writing a checkpoint.
void descend(torch::nn::Module& module, const PictureSet& pictures, const LoopOptions& options,
             const Compute& compute, const std::filesystem::path& output, const Step& step,
             const std::function<void()>& at_checkpoint, const Progress& progress);

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
