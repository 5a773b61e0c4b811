#include "train/loop.hpp"

#include <ATen/autocast_mode.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <future>
#include <numbers>

#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;
using torch::optim::AdamParamState;

double rate_at(int step, const LoopOptions& options) {
  const int warm_up = std::min(100, options.steps / 10);
  if (step < warm_up) return options.learning_rate * (step + 1) / warm_up;
  const double done = double(step - warm_up) / std::max(1, options.steps - warm_up);
  return options.learning_rate * (0.01 + 0.99 * 0.5 * (1 + std::cos(std::numbers::pi * done)));
}

void save_checkpoint(const fs::path& file, torch::nn::Module& module, torch::optim::Adam& adam,
                     int step) {
  auto tensors = weights_of(module);
  for (const auto& item : module.named_parameters()) {
    const auto state = adam.state().find(item.value().unsafeGetTensorImpl());
    if (state == adam.state().end()) continue;
    const auto& moments = static_cast<const AdamParamState&>(*state->second);
    tensors["adam.first." + item.key()] = moments.exp_avg();
    tensors["adam.second." + item.key()] = moments.exp_avg_sq();
  }
  save_weights(file, tensors, {{"architecture", "checkpoint"}, {"step", std::to_string(step)}});
}

/// Returns the step to go on from.
int load_checkpoint(const fs::path& path, torch::nn::Module& module, torch::optim::Adam& adam) {
  if (!fs::exists(path)) return 0;
  const TensorFile file(path);
  load_weights(module, file);
  const auto found = file.metadata().find("step");
  const int step = found == file.metadata().end() ? 0 : std::atoi(found->second.c_str());
  for (const auto& item : module.named_parameters()) {
    if (!file.tensors().contains("adam.first." + item.key())) continue;
    auto moments = std::make_unique<AdamParamState>();
    const auto device = item.value().device();
    moments->step(step);
    moments->exp_avg(to_torch(file.at("adam.first." + item.key())).to(device));
    moments->exp_avg_sq(to_torch(file.at("adam.second." + item.key())).to(device));
    adam.state()[item.value().unsafeGetTensorImpl()] = std::move(moments);
  }
  return step;
}

/// Numbers, whatever the locale, for the curve and the progress line.
std::string plain(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 5);
  return {text, end.ptr};
}

class Curve {
 public:
  Curve(const fs::path& file, bool append) : out_(file, append ? std::ios::app : std::ios::out) {}

  void add(int step, const Losses& losses) {
    if (!header_) {
      out_ << "step";
      for (const auto& [name, loss] : losses) out_ << ',' << name;
      out_ << '\n';
      header_ = true;
    }
    out_ << step;
    for (const auto& [name, loss] : losses) out_ << ',' << plain(loss.item<double>());
    out_ << '\n' << std::flush;
  }

 private:
  std::ofstream out_;
  bool header_ = false;
};

std::string words(int step, int steps, double loss, double seconds_left) {
  return "Step " + std::to_string(step) + " of " + std::to_string(steps) + ", loss " + plain(loss) +
         ", " + std::to_string(int(seconds_left / 60) + 1) + " min left";
}

}  // namespace

fs::path checkpoint_of(const fs::path& output) {
  fs::path file = output;
  return file += ".checkpoint";
}

void descend(torch::nn::Module& module, const PictureSet& pictures, const LoopOptions& options,
             const Compute& compute, const fs::path& output, const Step& step,
             const std::function<void()>& at_checkpoint, const Progress& progress) {
  torch::optim::Adam adam(module.parameters(), torch::optim::AdamOptions(options.learning_rate));
  const int first = load_checkpoint(checkpoint_of(output), module, adam);
  const auto seed = std::uint64_t(options.common.seed);
  const auto fetch = [&](int i) {
    return std::async(std::launch::async,
                      [&, i] { return pictures.batch(options.batch, options.crop, seed, i); });
  };
  fs::path csv = output;
  Curve curve(csv += ".csv", first > 0);
  const auto start = std::chrono::steady_clock::now();

  auto next = fetch(first);
  for (int i = first; i < options.steps; ++i) {
    const torch::Tensor batch = next.get().to(compute.device, torch::kFloat32) / 255;
    if (i + 1 < options.steps) next = fetch(i + 1);
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options())
        .lr(rate_at(i, options));
    Losses losses;
    {
      const Autocast autocast(compute);
      losses = step(i, batch);
    }
    const double loss = losses.at("loss").item<double>();
    if (!std::isfinite(loss))
      throw Error(Error::Kind::Internal,
                  "The loss became NaN at step " + std::to_string(i) +
                      "; the last checkpoint is kept, and a smaller learning rate may help.");
    adam.zero_grad();
    losses.at("loss").backward();
    torch::nn::utils::clip_grad_norm_(module.parameters(), 10);
    adam.step();

    const int done = i + 1;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    const double left = spent.count() / (done - first) * (options.steps - done);
    const bool go_on =
        progress(double(done) / options.steps, words(done, options.steps, loss, left));
    if (done % 10 == 0) curve.add(done, losses);
    if (!go_on || done % options.checkpoint_every == 0) {
      save_checkpoint(checkpoint_of(output), module, adam, done);
      at_checkpoint();
    }
    if (!go_on)
      throw Cancelled("Stopped at step " + std::to_string(done) +
                      "; the same command goes on from there.");
  }
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
      {"crop", options.crop},
      {"learning-rate", options.learning_rate},
      {"seed", options.common.seed},
      {"device", name_of(compute)},
      {"threads", at::get_num_threads()},
      {"precision", compute.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
      {"seconds", std::round(seconds)},
  };
}

}  // namespace pastiche
