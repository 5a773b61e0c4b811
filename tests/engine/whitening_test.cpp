#include "style/whitening.hpp"

#include <gtest/gtest.h>

namespace pastiche {
namespace {

/// {1, C, H, W} whose channels depend on each other, as a ReLU leaves them.
torch::Tensor features(int seed, int64_t channels, int64_t height, int64_t width) {
  torch::manual_seed(seed);
  const torch::Tensor mixed = torch::randn({channels, channels})
                                  .matmul(torch::randn({channels, height * width}))
                                  .add_(torch::randn({channels, 1}));
  return torch::relu(mixed).view({1, channels, height, width});
}

double error(const torch::Tensor& ours, const torch::Tensor& wanted) {
  return ((ours - wanted).norm() / wanted.norm()).item<double>();
}

TEST(Whitening, GivesTheContentTheStylesMeanAndCovariance) {
  const torch::Tensor content = features(1, 12, 40, 30);
  const Moments style = moments(features(2, 12, 25, 50));
  const Moments result = moments(whiten_and_colour(moments(content), style)(content));
  EXPECT_LT(error(result.mean, style.mean), 1e-4);
  EXPECT_LT(error(result.covariance, style.covariance), 1e-4);
  EXPECT_GT(error(moments(content).covariance, style.covariance), 0.1) << "else this shows nothing";
}

TEST(Whitening, TowardsItselfChangesNothing) {
  const torch::Tensor content = features(1, 12, 40, 30);
  const Moments own = moments(content);
  EXPECT_LT(error(whiten_and_colour(own, own)(content), content), 1e-4);
}

TEST(Whitening, LeavesDeadChannelsFinite) {
  torch::Tensor content = features(1, 6, 20, 20);
  content.select(1, 2).zero_();
  const Moments style = moments(features(2, 6, 20, 20));
  const torch::Tensor result = whiten_and_colour(moments(content), style)(content);
  EXPECT_TRUE(result.isfinite().all().item<bool>());
  EXPECT_LT(error(moments(result).mean, style.mean), 1e-3);
}

TEST(Whitening, OfOneColourGivesTheStylesMean) {
  const torch::Tensor content = torch::full({1, 6, 8, 8}, 0.5);
  const Moments style = moments(features(2, 6, 20, 20));
  const torch::Tensor result = whiten_and_colour(moments(content), style)(content);
  EXPECT_TRUE(torch::allclose(result.mean({0, 2, 3}), style.mean, 1e-4, 1e-5));
}

}  // namespace
}  // namespace pastiche
