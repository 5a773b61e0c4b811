#include <chrono>
#include <format>
#include <numbers>

#include "nets/vae.hpp"
#include "train/generator_training.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"

namespace pastiche {
namespace {

/// Kullback & Leibler's divergence from the standard normal distribution, nats a picture.
torch::Tensor divergence(const Code& code) {
  return 0.5 * (code.mean.square() + code.log_variance.exp() - 1 - code.log_variance).sum(1).mean();
}

/// Minus the logarithm of the likelihood of the pictures, nats a picture.
torch::Tensor reconstruction(const torch::Tensor& rebuilt, const torch::Tensor& pictures,
                             const VaeTrainOptions& options) {
  const auto count = double(pictures.size(0));
  if (options.likelihood == "bernoulli")
    return torch::binary_cross_entropy(rebuilt.clamp(1e-6, 1 - 1e-6), pictures, {},
                                       at::Reduction::Sum) /
           count;
  const double variance = options.deviation * options.deviation;
  const double constant =
      0.5 * std::log(2 * std::numbers::pi * variance) * double(pictures.numel()) / count;
  return (rebuilt - pictures).square().sum() / (2 * variance * count) + constant;
}

Losses losses_of(Vae& vae, int index, const Batch& batch, const VaeTrainOptions& options) {
  const torch::Tensor pictures = for_plan(batch.squares, vae->generator->plan);
  const Code code = vae->encoder(pictures);
  torch::Generator random = random_of(options.loop.common.seed, index);
  const torch::Tensor noise = torch::randn(code.mean.sizes(), random).to(pictures.device());
  const torch::Tensor latents = code.mean + noise * (0.5 * code.log_variance).exp();
  const Autocast off(Compute{.device = pictures.device()});
  Losses losses;
  losses["reconstruction"] =
      reconstruction(vae->generator->forward(latents, batch.classes), pictures, options);
  losses["divergence"] = divergence(code);
  // By the pixel, so that the loop's bound on gradients means the same for all sizes.
  losses["loss"] = (losses["reconstruction"] + options.beta * losses["divergence"]) /
                   double(pictures[0].numel());
  return losses;
}

}  // namespace

Facts train_vae(const VaeTrainOptions& options, const std::string& output,
                const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const LoopOptions& loop = options.loop;
  const Compute compute = resolve(loop.common);
  torch::manual_seed(std::uint64_t(loop.common.seed));
  const PictureSet pictures(loop.data, loop.augmentation);
  check_enough(pictures);
  const GeneratorPlan plan =
      generator_plan(options.network, options.latent, options.width, options.grey ? 1 : 3, loop.crop);
  Vae vae(plan);
  vae->to(compute.device);
  Facts facts = descend(
      *vae, pictures, loop, compute, output,
      [&](int index, const Batch& batch) { return losses_of(vae, index, batch, options); },
      [&] {
        vae->eval();
        write_samples(*vae->generator, output);
        vae->train();
      },
      progress);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  vae->eval();
  {
    torch::NoGradGuard no_grad;
    const Batch unseen = pictures.held_out(256, loop.crop).to(compute.device);
    for (const auto& [name, loss] : losses_of(vae, 0, unseen, options))
      if (name != "loss") facts["held-out-" + name] = std::format("{:.5g}", loss.item<double>());
  }
  save_generator(*vae, plan, "vae", loop, pictures, compute, facts,
                 {{"beta", options.beta},
                  {"likelihood", options.likelihood},
                  {"deviation", options.deviation}},
                 spent.count(), output);
  return facts;
}

}  // namespace pastiche
