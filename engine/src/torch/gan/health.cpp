#include "gan/health.hpp"

#include <cmath>
#include <format>

#include "train/loop.hpp"

namespace pastiche {
namespace {

constexpr double memory = 0.95;        // of the averages, per step
constexpr double various = 0.4;        // a diversity that shows the generator is under way
constexpr double alike = 0.15;         // one that shows it has collapsed
constexpr int slow_start = 500;        // steps by which it must be under way
constexpr double always_right = 1e-4;  // a discriminator's loss that teaches nothing

}  // namespace

double diversity_of(const torch::Tensor& made, const torch::Tensor& genuine,
                    const torch::Tensor& classes) {
  torch::NoGradGuard no_grad;
  const torch::Tensor pairs = classes.unsqueeze(0).eq(classes.unsqueeze(1)).triu(1);
  if (!pairs.any().item<bool>()) return 1;
  const auto mean_distance = [&](const torch::Tensor& pictures) {
    const torch::Tensor flat = pictures.detach().to(torch::kFloat32).flatten(1);
    return torch::cdist(flat, flat, 1).masked_select(pairs).mean().item<double>();
  };
  return mean_distance(made) / std::max(mean_distance(genuine), 1e-12);
}

HealthImpl::HealthImpl()
    : state(register_buffer("state", torch::tensor({1.0, 1.0, 0.0, 0.0}, torch::kFloat64))) {}

void HealthImpl::observe(int step, double diversity, double loss, double bound) {
  auto value = state.accessor<double, 1>();
  value[0] = memory * value[0] + (1 - memory) * diversity;
  value[1] = memory * value[1] + (1 - memory) * std::abs(loss);
  if (!(value[1] <= bound) || !std::isfinite(diversity))  // NaN too
    throw Diverged(std::format("the losses left all bounds at step {}", step));
  if (diversity > various) value[2] = 1;
  if ((value[2] != 0 || step >= slow_start) && value[0] < alike)
    throw Diverged(
        std::format("the samples became alike at step {} (diversity {:.2f} of the true pictures')",
                    step, value[0]));
  if (value[1] < always_right)
    throw Diverged(
        std::format("the discriminator was always right at step {} and taught nothing more", step));
}

}  // namespace pastiche
