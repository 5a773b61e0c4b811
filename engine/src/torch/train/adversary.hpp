#pragma once

#include <memory>
#include <vector>

#include "nets/patch_discriminator.hpp"
#include "train/checkpoint.hpp"

namespace pastiche {

/// The adversarial loss of a stylizer: a discriminator, learnt beside it, that
/// tells crops of the style pictures from painted ones (hinge loss: Lim & Ye
/// 2017). Its moments go by the style's statistics at every place, which Gram
/// matrices of a whole picture do not see.
class Adversary {
 public:
  /// `pictures` {1, 3, H, W}, one for each row of norm parameters, at least 32 px
  /// a side; crops have `crop` px, or what the smallest picture allows. `width`:
  /// see PatchDiscriminator.
  Adversary(std::vector<torch::Tensor> pictures, int64_t crop, double learning_rate, int seed,
            int64_t width = 32);

  /// One step of the discriminator. `painted`
  /// {N, 3, H, W} is not changed by it; `ids` {N}: each sample's row. What is
  /// random comes from the seed and `index`.
  void learn(int index, const torch::Tensor& painted, const torch::Tensor& ids);

  /// The stylizer's loss: how far `painted` is from passing for genuine.
  torch::Tensor loss(int index, const torch::Tensor& painted, const torch::Tensor& ids);

  /// For the checkpoint.
  Trained trained();

 private:
  torch::Generator random(int index) const;
  torch::Tensor crop_of(const torch::Tensor& picture, torch::Generator& random) const;
  torch::Tensor crops_of(const torch::Tensor& painted, torch::Generator& random) const;

  std::vector<torch::Tensor> pictures_;
  int64_t crop_;
  int seed_;
  PatchDiscriminator net_;
  std::unique_ptr<torch::optim::Adam> adam_;
};

}  // namespace pastiche
