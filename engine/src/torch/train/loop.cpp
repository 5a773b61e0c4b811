#include "train/loop.hpp"

#include <ATen/autocast_mode.h>

#include <chrono>
#include <cmath>
#include <format>
#include <future>
#include <numbers>

#include "pastiche/error.hpp"
#include "text.hpp"
#include "train/curve.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;
using Weights = TrainingState::Weights;

constexpr double longest_gradient = 10;
constexpr int curve_every = 10;
constexpr int held_out_count = 8;

std::map<std::string, double> numbers_of(const Losses& losses) {
  std::map<std::string, double> numbers;
  for (const auto& [name, loss] : losses) numbers[name] = loss.item<double>();
  return numbers;
}

Weights copy_of(const torch::nn::Module& module) {
  Weights copy = weights_of(module);
  for (auto& [name, tensor] : copy) tensor = tensor.detach().clone();
  return copy;
}

/// One training from its start, or its checkpoint, to its end.
class Descent {
 public:
  Descent(torch::nn::Module& module, const PictureSet& pictures, const LoopOptions& options,
          const Compute& compute, const fs::path& output, const Step& step,
          const std::function<void()>& at_checkpoint, const std::vector<Trained>& others)
      : module_(module),
        pictures_(pictures),
        options_(options),
        compute_(compute),
        checkpoint_(checkpoint_of(output)),
        step_(step),
        at_checkpoint_(at_checkpoint),
        adam_(
            module.parameters(),
            torch::optim::AdamOptions(options.learning_rate).betas({options.beta1, options.beta2})),
        trained_(others),
        state_((trained_.push_back({"", &module, &adam_}), load_checkpoint(checkpoint_, trained_))),
        curve_(output, state_.step) {
    if (options.ema > 0 && state_.averaged.empty()) state_.averaged = copy_of(module);
    for (auto& [name, tensor] : state_.averaged) tensor = tensor.to(compute.device);
  }

  Facts run(const Progress& progress);

 private:
  Batch fetch(int index) const {
    return pictures_.batch(options_.batch, options_.crop, std::uint64_t(options_.common.seed),
                           std::uint64_t(index));
  }
  void update();
  void average();
  void look();
  double held_out_loss();
  bool report(const Progress& progress) const;

  torch::nn::Module& module_;
  const PictureSet& pictures_;
  const LoopOptions& options_;
  const Compute& compute_;
  const fs::path checkpoint_;
  const Step& step_;
  const std::function<void()>& at_checkpoint_;
  torch::optim::Adam adam_;
  std::vector<Trained> trained_;
  TrainingState state_;
  Curve curve_;

  std::future<Batch> next_;
  std::optional<Batch> held_out_;
  std::map<std::string, double> losses_;
  int first_ = 0;
  std::chrono::steady_clock::time_point start_;
};

/// One step: as many batches as are accumulated, then Adam.
void Descent::update() {
  adam_.zero_grad();
  for (int part = 0; part < options_.accumulate; ++part) {
    const int index = state_.step * options_.accumulate + part;
    const Batch batch = next_.get().to(compute_.device);
    if (index + 1 < batches_of(options_))
      next_ = std::async(std::launch::async, [this, index] { return fetch(index + 1); });
    Losses losses;
    {
      const Autocast autocast(compute_);
      losses = step_(index, batch);
    }
    (losses.at("loss") / options_.accumulate).backward();
    losses_ = numbers_of(losses);
  }
  const double norm = torch::nn::utils::clip_grad_norm_(module_.parameters(), longest_gradient);
  if (!std::isfinite(losses_.at("loss")) || !std::isfinite(norm))
    throw Diverged(std::format(
        "The loss became NaN at step {}; {}, and a smaller learning-rate may help.", state_.step,
        fs::exists(checkpoint_) ? "the last checkpoint is kept" : "there was no checkpoint yet"));
  static_cast<torch::optim::AdamOptions&>(adam_.param_groups()[0].options())
      .lr(rate_at(state_.step, options_));
  adam_.step();
  ++state_.step;
  average();
}

/// The average follows faster at first, when the weights are far from where they will be.
void Descent::average() {
  torch::NoGradGuard no_grad;
  const double decay = std::min(options_.ema, (1.0 + state_.step) / (10.0 + state_.step));
  const auto weights = weights_of(module_);
  for (auto& [name, tensor] : state_.averaged)
    if (tensor.is_floating_point())
      tensor.lerp_(weights.at(name).to(tensor.dtype()), 1 - decay);
    else
      tensor.copy_(weights.at(name));  // a count, of a batch norm's say
}

double Descent::held_out_loss() {
  torch::NoGradGuard no_grad;
  if (!held_out_) held_out_ = pictures_.held_out(held_out_count, options_.crop).to(compute_.device);
  const Autocast autocast(compute_);
  return step_(batches_of(options_) - 1, *held_out_).at("loss").item<double>();
}

/// What is measured and shown at a checkpoint, of the averaged weights.
void Descent::look() {
  const Weights own = state_.averaged.empty() ? Weights() : copy_of(module_);
  assign(module_, state_.averaged);
  losses_["held-out"] = held_out_loss();
  if (state_.best_loss == 0 || losses_["held-out"] < state_.best_loss) {
    state_.best_loss = losses_["held-out"];
    state_.worse = 0;
    if (options_.early_stop > 0) state_.best = copy_of(module_);
  } else {
    ++state_.worse;
  }
  at_checkpoint_();
  assign(module_, own);
}

bool Descent::report(const Progress& progress) const {
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
  const double left = spent.count() / (state_.step - first_) * (options_.steps - state_.step);
  return progress(double(state_.step) / options_.steps,
                  std::format("Step {} of {}, loss {:.4g}, {} min left", state_.step,
                              options_.steps, losses_.at("loss"), int(left / 60) + 1));
}

Facts Descent::run(const Progress& progress) {
  first_ = state_.step;
  start_ = std::chrono::steady_clock::now();
  const auto stopped_early = [&] {
    return options_.early_stop > 0 && state_.worse >= options_.early_stop;
  };
  if (first_ < options_.steps)
    next_ = std::async(std::launch::async, [this] { return fetch(first_ * options_.accumulate); });
  while (state_.step < options_.steps && !stopped_early()) {
    update();
    const bool go_on = report(progress);
    const bool due = state_.step % options_.checkpoint_every == 0;
    if (due) look();
    if (due || state_.step % curve_every == 0) curve_.add(state_.step, losses_);
    if (due || !go_on) {
      curve_.write();
      save_checkpoint(checkpoint_, state_, trained_);
    }
    if (!go_on)
      throw Cancelled(
          std::format("Stopped at step {}; the same command goes on from there.", state_.step));
  }
  Facts facts = {{"steps", std::to_string(state_.step)}};
  if (stopped_early()) {
    facts["advice"] = std::format("Stopped at step {}: {} checkpoints brought nothing better.",
                                  state_.step, state_.worse);
    assign(module_, state_.best);
  } else {
    assign(module_, state_.averaged);
  }
  facts["held-out-loss"] = std::format("{:.5g}", held_out_loss());
  if (losses_.contains("loss")) facts["loss"] = std::format("{:.5g}", losses_["loss"]);
  if (const std::string skipped = pictures_.skipped(); !skipped.empty())
    facts["advice"] += (facts["advice"].empty() ? "" : " ") + skipped;
  return facts;
}

}  // namespace

double rate_at(int step, const LoopOptions& options) {
  const int warm_up = std::min(options.warm_up, options.steps / 10);
  if (step < warm_up) return options.learning_rate * (step + 1) / warm_up;
  const double done = double(step - warm_up) / std::max(1, options.steps - warm_up);
  double share = 1;
  if (options.schedule == "linear") share = 1 - done;
  if (options.schedule == "cosine") share = 0.5 * (1 + std::cos(std::numbers::pi * done));
  return options.learning_rate * (0.01 + 0.99 * share);
}

fs::path checkpoint_of(const fs::path& output) {
  fs::path file = output;
  return file += ".checkpoint";
}

Facts descend(torch::nn::Module& module, const PictureSet& pictures, const LoopOptions& options,
              const Compute& compute, const fs::path& output, const Step& step,
              const std::function<void()>& at_checkpoint, const Progress& progress,
              const std::vector<Trained>& others) {
  return Descent(module, pictures, options, compute, output, step, at_checkpoint, others)
      .run(progress);
}

Autocast::Autocast(const Compute& compute)
    : device_(compute.device.type()), before_(at::autocast::is_autocast_enabled(device_)) {
  at::autocast::set_autocast_dtype(device_, torch::kBFloat16);
  at::autocast::set_autocast_enabled(device_, compute.dtype == torch::kBFloat16);
}

Autocast::~Autocast() {
  at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, before_);
}

nlohmann::json training_card(std::string_view trainer, const LoopOptions& options,
                             const PictureSet& pictures, const Compute& compute, double seconds) {
  return {
      {"trainer", trainer},
      {"pictures", pictures.size()},
      {"steps", options.steps},
      {"batch", options.batch},
      {"accumulate", options.accumulate},
      {"crop", options.crop},
      {"learning-rate", options.learning_rate},
      {"schedule", options.schedule},
      {"ema", options.ema},
      {"seed", options.common.seed},
      {"device", name_of(compute)},
      {"threads", at::get_num_threads()},
      {"precision", compute.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
      {"seconds", std::round(seconds)},
  };
}

}  // namespace pastiche
