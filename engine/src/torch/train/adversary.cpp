#include "train/adversary.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <random>

#include "device.hpp"
#include "train/loop.hpp"

namespace pastiche {
Adversary::Adversary(std::vector<torch::Tensor> pictures, int64_t crop, double learning_rate,
                     int seed, int64_t width)
    : pictures_(std::move(pictures)),
      crop_(crop),
      seed_(seed),
      net_(width, int64_t(pictures_.size())) {
  for (const torch::Tensor& picture : pictures_)
    crop_ = std::min({crop_, picture.size(2), picture.size(3)});
  net_->to(pictures_.at(0).device());
  net_->eval();
  adam_ = std::make_unique<torch::optim::Adam>(
      net_->parameters(), torch::optim::AdamOptions(learning_rate).betas({0, 0.9}));
}

torch::Generator Adversary::random(int index) const {
  std::seed_seq sequence = {seed_, index};
  std::uint32_t words[2];
  sequence.generate(words, words + 2);
  return at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(words[0]) << 32 | words[1]);
}

torch::Tensor Adversary::crop_of(const torch::Tensor& picture, torch::Generator& random) const {
  const auto any = [&](int64_t side) {
    return torch::randint(side - crop_ + 1, {1}, random).item<int64_t>();
  };
  const int64_t y = any(picture.size(2)), x = any(picture.size(3));
  return picture.narrow(2, y, crop_).narrow(3, x, crop_);
}

torch::Tensor Adversary::crops_of(const torch::Tensor& painted, torch::Generator& random) const {
  std::vector<torch::Tensor> crops;
  for (int64_t i = 0; i < painted.size(0); ++i)
    crops.push_back(crop_of(painted.narrow(0, i, 1), random));
  return torch::cat(crops).to(torch::kFloat32);
}

void Adversary::learn(int index, const torch::Tensor& painted, const torch::Tensor& ids) {
  const Autocast off(Compute{.device = painted.device()});
  torch::Generator any = random(index);
  const torch::Tensor rows = ids.cpu();
  std::vector<torch::Tensor> genuine;
  for (int64_t i = 0; i < rows.size(0); ++i)
    genuine.push_back(crop_of(pictures_[rows[i].item<int64_t>()], any));
  net_->train();
  adam_->zero_grad();
  const torch::Tensor loss = torch::relu(1 - net_(torch::cat(genuine), ids)).mean() +
                             torch::relu(1 + net_(crops_of(painted.detach(), any), ids)).mean();
  loss.backward();
  adam_->step();
  net_->eval();
}

torch::Tensor Adversary::loss(int index, const torch::Tensor& painted, const torch::Tensor& ids) {
  const Autocast off(Compute{.device = painted.device()});
  torch::Generator any = random(index);
  return -net_(crops_of(painted, any), ids).mean();
}

Trained Adversary::trained() { return {"discriminator.", net_.get(), adam_.get()}; }

}  // namespace pastiche
