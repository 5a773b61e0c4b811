#include "nets/generator.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <random>

#include "nets/dcgan_generator.hpp"
#include "nets/mlp_generator.hpp"
#include "nets/torchscript_generator.hpp"
#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {

torch::Tensor Generator::with_classes(const torch::Tensor& latents,
                                      const torch::Tensor& classes) const {
  if (plan.classes.empty()) return latents;
  const auto one = torch::one_hot(classes, int64_t(plan.classes.size()));
  return torch::cat({latents, one.to(latents.dtype())}, 1);
}

torch::Tensor Generator::activated(const torch::Tensor& x) const {
  return plan.activation == "leaky" ? torch::leaky_relu(x, 0.2) : torch::relu(x);
}

torch::Tensor Generator::in_range(const torch::Tensor& x) const {
  return plan.output == "tanh" ? 0.5 * (torch::tanh(x) + 1) : torch::sigmoid(x);
}

torch::Tensor Generator::latent_of(int seed, int64_t shown) {
  const torch::Tensor first = latents_of(std::uint64_t(seed), 1, plan.latent);
  if (judge_.is_empty()) return first[0];
  // Further ones are those of seeds that nobody can ask for.
  std::vector<torch::Tensor> all = {first};
  for (std::int64_t i = 1; i < plan.draws; ++i)
    all.push_back(latents_of(std::uint64_t(seed) + (std::uint64_t(i) << 32), 1, plan.latent));
  const torch::Tensor latents = torch::cat(all);
  const torch::Tensor classes = torch::full({plan.draws}, shown, torch::kInt64);
  return latents[judge_(forward(latents, classes), classes).argmax()];
}

void Generator::be_judged_by(Discriminator discriminator) {
  judge_ = register_module("judge", std::move(discriminator));
}

GeneratorPtr make_generator(const GeneratorPlan& plan, int64_t hidden) {
  if (plan.network == "mlp") return std::make_shared<MlpGenerator>(plan, hidden);
  return std::make_shared<DcganGenerator>(plan);
}

GeneratorPtr load_generator(const TensorFile& file, bool judged) {
  const GeneratorPlan plan = plan_in(file.metadata());
  if (plan.network == "torchscript") return load_torchscript(file);
  int64_t hidden = 0;
  while (file.tensors().contains("generator.fc" + std::to_string(hidden + 2) + ".weight")) ++hidden;
  GeneratorPtr net = make_generator(plan, hidden);
  if (plan.draws > 1 && judged) net->be_judged_by(Discriminator(plan, false));
  load_weights(*net, file, "generator.");
  net->eval();
  return net;
}

torch::Tensor as_rgb(const torch::Tensor& pictures) {
  if (pictures.size(1) == 1) return pictures.expand({-1, 3, -1, -1});
  if (pictures.size(1) == 3) return pictures;
  return 1 + (pictures.narrow(1, 0, 3) - 1) * pictures.narrow(1, 3, 1);
}

torch::Tensor latents_of(std::uint64_t seed, int64_t count, int64_t size) {
  torch::Tensor all = torch::empty({count, size});
  auto values = all.accessor<float, 2>();
  for (int64_t i = 0; i < count; ++i) {
    // Box & Muller 1958; the standard library's normal distribution is not the same everywhere.
    std::mt19937_64 random(seed + std::uint64_t(i));
    const auto uniform = [&random] { return (double(random() >> 11) + 0.5) * 0x1p-53; };
    for (int64_t k = 0; k < size; ++k) {
      const double radius = std::sqrt(-2 * std::log(uniform()));
      values[i][k] = float(radius * std::cos(2 * std::numbers::pi * uniform()));
    }
  }
  return all;
}

}  // namespace pastiche
