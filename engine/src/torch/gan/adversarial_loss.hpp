#pragma once

#include <torch/torch.h>

#include <string_view>

namespace pastiche {

/// What generator and discriminator minimise, of the discriminator's answers {N} to true and made
/// pictures. Sources: Goodfellow et al. 2014 (minimax, non-saturating), Mao et al. 2017 (least
/// squares), Lim & Ye 2017 (hinge), Arjovsky et al. 2017 (Wasserstein), Jolicoeur-Martineau 2019
/// and Huang et al. 2024 (relativistic).
struct AdversarialLoss {
  using Loss = torch::Tensor (*)(const torch::Tensor& genuine, const torch::Tensor& made);

  const char* name;
  Loss discriminator;
  Loss generator;
  double bound = 20;  ///< a discriminator's loss that shows it has run away, if that lasts
};

/// REQUIRES one of the names that the trainer's setting `loss` takes.
const AdversarialLoss& find_adversarial_loss(std::string_view name);

/// The squared length of the gradient of `answers` {N} with respect to `pictures` {N, C, H, W}, a
/// mean over the samples, to be differentiated again (R1 and R2: Mescheder et al. 2018).
torch::Tensor squared_gradient(const torch::Tensor& answers, const torch::Tensor& pictures);

/// How far that gradient's length is from one, squared (Gulrajani et al. 2017).
torch::Tensor gradient_from_one(const torch::Tensor& answers, const torch::Tensor& pictures);

}  // namespace pastiche
