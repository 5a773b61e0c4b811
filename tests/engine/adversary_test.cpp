#include "train/adversary.hpp"

#include <gtest/gtest.h>

namespace pastiche {
namespace {

/// Two styles: stripes down, stripes across.
std::vector<torch::Tensor> pictures() {
  const torch::Tensor stripes = torch::arange(48).div(3, "floor").remainder(2).to(torch::kFloat32);
  return {stripes.view({1, 1, 1, 48}).expand({1, 3, 48, 48}).contiguous(),
          stripes.view({1, 1, 48, 1}).expand({1, 3, 48, 48}).contiguous()};
}

Adversary make(int seed = 1) {
  torch::manual_seed(1);
  return Adversary(pictures(), 32, 0.005, seed, /*width=*/4);
}

TEST(Adversary, LearnsToTellPaintedPatchesFromTheStyles) {
  Adversary adversary = make();
  const torch::Tensor ids = torch::tensor({0, 1}), noise = torch::rand({2, 3, 40, 40});
  const torch::Tensor genuine = torch::cat(pictures());
  for (int i = 0; i < 40; ++i) adversary.learn(i, noise, ids);
  EXPECT_GT(adversary.loss(100, noise, ids).item<float>(), 0.5f);
  EXPECT_LT(adversary.loss(100, genuine, ids).item<float>(), -0.5f);
}

TEST(Adversary, KnowsWhichStyleItShouldBe) {
  Adversary adversary = make();
  const torch::Tensor ids = torch::tensor({0, 1}), swapped = torch::tensor({1, 0});
  const torch::Tensor genuine = torch::cat(pictures());
  // Each style's picture passes for painted where the other is due.
  for (int i = 0; i < 120; ++i) adversary.learn(i, genuine, swapped);
  EXPECT_LT(adversary.loss(200, genuine, ids).item<float>() + 0.5f,
            adversary.loss(200, genuine, swapped).item<float>());
}

TEST(Adversary, PullsThePaintedPicture) {
  Adversary adversary = make();
  const torch::Tensor painted = torch::rand({2, 3, 40, 40}).requires_grad_();
  adversary.loss(0, painted, torch::tensor({0, 1})).backward();
  EXPECT_GT(painted.grad().abs().sum().item<float>(), 0);
}

TEST(Adversary, LeavesThePaintedPictureAloneWhenItLearns) {
  Adversary adversary = make();
  const torch::Tensor painted = torch::rand({2, 3, 40, 40}).requires_grad_();
  adversary.learn(0, painted, torch::tensor({0, 1}));
  EXPECT_FALSE(painted.grad().defined());
}

TEST(Adversary, DependsOnTheSeedAndTheStepAlone) {
  Adversary one = make(), same = make(), other = make(2);
  const torch::Tensor ids = torch::tensor({0, 1}), painted = torch::rand({2, 3, 48, 48});
  torch::rand({7});  // the common generator has no part in it
  same.learn(3, painted, ids);
  one.learn(3, painted, ids);
  other.learn(3, painted, ids);
  const auto loss = [&](Adversary& adversary, int index) {
    return adversary.loss(index, painted, ids).item<float>();
  };
  EXPECT_EQ(loss(one, 5), loss(same, 5));
  EXPECT_NE(loss(one, 5), loss(one, 6));
  EXPECT_NE(loss(one, 5), loss(other, 5));
}

TEST(Adversary, TakesCropsAsLargeAsItsSmallestPictureAllows) {
  torch::manual_seed(1);
  Adversary adversary({torch::rand({1, 3, 32, 90}), torch::rand({1, 3, 64, 64})}, 256, 0.001, 1, 4);
  const torch::Tensor painted = torch::rand({2, 3, 64, 64});
  adversary.learn(0, painted, torch::tensor({0, 1}));
  EXPECT_TRUE(std::isfinite(adversary.loss(1, painted, torch::tensor({0, 1})).item<float>()));
}

TEST(SpectralConv, HasTheLargestSingularValueOne) {
  torch::manual_seed(1);
  SpectralConv conv(4, 8, 3, 1);
  {
    torch::NoGradGuard no_grad;
    conv->weight.mul_(5);
    conv->bias.zero_();
  }
  for (int i = 0; i < 30; ++i) conv(torch::rand({1, 4, 8, 8}));  // each call one power iteration
  conv->eval();
  const torch::Tensor matrix = conv->weight.detach().flatten(1);
  const auto largest = std::get<1>(torch::linalg_svd(matrix))[0];
  // A picture of one pixel inside zeros reads off the weight the convolution really has.
  torch::Tensor delta = torch::zeros({1, 4, 5, 5});
  delta[0][2][2][2] = 1;
  const torch::Tensor seen =
      conv(delta).detach()[0][3].narrow(0, 1, 3).narrow(1, 1, 3).flip({0, 1});
  EXPECT_TRUE(torch::allclose(seen, conv->weight.detach()[3][2] / largest, 1e-3, 1e-4));
}

}  // namespace
}  // namespace pastiche
