#include <gtest/gtest.h>

#include "style/moments.hpp"
#include "style/picture_losses.hpp"
#include "style/style_loss.hpp"

namespace pastiche {
namespace {

constexpr auto both = {StyleLoss::Kind::Gram, StyleLoss::Kind::Wasserstein};

torch::Tensor random_features(int seed, int64_t channels = 4, int64_t side = 6) {
  torch::manual_seed(seed);
  return torch::rand({1, channels, side, side}) *
         torch::linspace(0.2, 1, channels).view({1, -1, 1, 1});
}

/// The slope of `loss` along `direction` at `x` by central differences.
template <class Loss>
double numerical_slope(const Loss& loss, const torch::Tensor& x, const torch::Tensor& direction) {
  const double step = 1e-2;
  return (loss(x + step * direction).template item<double>() -
          loss(x - step * direction).template item<double>()) /
         (2 * step);
}

template <class Loss>
double slope(const Loss& loss, const torch::Tensor& at, const torch::Tensor& direction) {
  const torch::Tensor x = at.clone().requires_grad_();
  return (torch::autograd::grad({loss(x)}, {x})[0] * direction).sum().template item<double>();
}

TEST(Moments, AreThoseOfTheDefinition) {
  const torch::Tensor f = random_features(1);
  const Moments m = moments(f);
  EXPECT_TRUE(torch::allclose(m.mean, f.mean({0, 2, 3}), 1e-5, 1e-6));
  const torch::Tensor flat = f.flatten(2)[0];
  EXPECT_TRUE(torch::allclose(m.gram(), flat.matmul(flat.t()) / 36, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(m.covariance, torch::cov(flat, 0), 1e-4, 1e-6));
}

TEST(Moments, CountOnlyWhatTheWeightsLetIn) {
  const torch::Tensor f = random_features(1);
  torch::Tensor weights = torch::zeros({1, 1, 6, 6});
  weights.slice(3, 0, 3).fill_(0.5);
  const Moments left = moments(f.slice(3, 0, 3)), weighted = moments(f, weights);
  EXPECT_TRUE(torch::allclose(weighted.mean, left.mean, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(weighted.covariance, left.covariance, 1e-5, 1e-6));
}

TEST(Moments, MixIntoThoseOfBothPicturesTogether) {
  const torch::Tensor a = random_features(1), b = random_features(2);
  const Moments together = moments(torch::cat({a, b}, 3));
  const Moments mixed = mix({moments(a), moments(b)}, {0.5, 0.5});
  EXPECT_TRUE(torch::allclose(mixed.mean, together.mean, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(mixed.covariance, together.covariance, 1e-5, 1e-6));
}

TEST(Moments, DoNotOverflowInBf16) {
  const torch::Tensor large = torch::full({1, 2, 512, 512}, 3e4).to(torch::kBFloat16);
  const Moments m = moments(large);
  EXPECT_EQ(m.covariance.scalar_type(), torch::kFloat32);
  EXPECT_NEAR(m.gram().max().item<double>(), 9e8, 1e7);
}

TEST(StyleLoss, IsZeroForEqualMomentsAndOneForNoFeatures) {
  const Moments m = moments(random_features(1));
  for (const auto kind : both) {
    const StyleLoss loss(kind, m);
    EXPECT_NEAR(loss(m).item<double>(), 0, 1e-6);
    EXPECT_NEAR(loss(moments(torch::zeros({1, 4, 6, 6}))).item<double>(), 1, 0.02);
  }
}

TEST(StyleLoss, OfGramIsTheSquaredDistance) {
  const Moments a = moments(random_features(1)), b = moments(random_features(2));
  const double expected =
      ((a.gram() - b.gram()).square().sum() / a.gram().square().sum()).item<double>();
  EXPECT_NEAR(StyleLoss(StyleLoss::Kind::Gram, a)(b).item<double>(), expected, 1e-6);
}

/// Gaussians with diagonal covariances: W2 is the distance of means plus that
/// of the deviations.
TEST(StyleLoss, OfWassersteinHasTheClosedFormForDiagonals) {
  const torch::Tensor mean_a = torch::tensor({1.0f, 2.0f}), mean_b = torch::tensor({0.0f, 4.0f});
  const torch::Tensor dev_a = torch::tensor({1.0f, 3.0f}), dev_b = torch::tensor({2.0f, 0.5f});
  const auto gaussian = [](const torch::Tensor& mean, const torch::Tensor& deviation) {
    return Moments{mean, torch::diag(deviation.square())};
  };
  const double distance = (1 + 4) + (1 + 2.5 * 2.5), size = 1 + 4 + 1 + 9;
  const StyleLoss loss(StyleLoss::Kind::Wasserstein, gaussian(mean_a, dev_a));
  EXPECT_NEAR(loss(gaussian(mean_b, dev_b)).item<double>(), distance / size, 5e-3);
}

TEST(StyleLoss, HasTheSlopeOfItsValues) {
  const torch::Tensor x = random_features(3), direction = torch::randn_like(x) * 0.1;
  torch::Tensor weights = torch::rand({1, 1, 6, 6});
  for (const auto kind : both) {
    for (const auto& w : {torch::Tensor(), weights}) {
      const StyleLoss style(kind, moments(random_features(1), w));
      const auto loss = [&](const torch::Tensor& f) { return style(moments(f, w)); };
      const double expected = numerical_slope(loss, x, direction);
      EXPECT_NEAR(slope(loss, x, direction), expected, 0.01 * std::abs(expected) + 1e-5);
    }
  }
}

/// Means a thousand times the deviations, and fewer places than channels: the
/// deep layers of a small picture. Rounding must not pass for variance.
TEST(StyleLoss, HasModerateSlopesWhereMeansDrownTheRest) {
  torch::manual_seed(4);
  const auto features = [](int64_t side) { return 1000 + torch::rand({1, 32, side, side}); };
  const StyleLoss loss(StyleLoss::Kind::Wasserstein, moments(features(12)));
  const torch::Tensor x = features(3).requires_grad_();
  const torch::Tensor gradient = torch::autograd::grad({loss(moments(x))}, {x})[0];
  // By the distance of each place from where it should be, and no more.
  const double size = 32 * 1000.0 * 1000.0, places = 9;
  EXPECT_LT(gradient.abs().max().item<double>(), 2 * 10 / (size * places));
}

TEST(StyleLoss, HasFiniteSlopesForFlatPictures) {
  const torch::Tensor flat = torch::full({1, 4, 6, 6}, 0.5), busy = random_features(1);
  const torch::Tensor black = torch::zeros_like(flat);
  for (const auto kind : both)
    for (const auto& target : {flat, busy, black})
      for (const auto& start : {flat, busy, black}) {
        const torch::Tensor x = start.clone().requires_grad_();
        const torch::Tensor loss = StyleLoss(kind, moments(target))(moments(x));
        EXPECT_TRUE(std::isfinite(loss.item<double>()));
        EXPECT_TRUE(torch::autograd::grad({loss}, {x})[0].isfinite().all().item<bool>());
      }
}

TEST(TotalVariation, CountsTheDifferencesOfNeighbours) {
  const torch::Tensor x = torch::tensor({0.f, 1.f, 3.f, 0.f}).view({1, 1, 1, 4});
  const auto of = [&](Variation kind, bool wrapped) { return total_variation(x, kind, wrapped); };
  EXPECT_NEAR(of(Variation::Squared, false), (1 + 4 + 9) / 3.0, 1e-6);
  EXPECT_NEAR(of(Variation::Absolute, false), (1 + 2 + 3) / 3.0, 1e-6);
  EXPECT_NEAR(of(Variation::Absolute, true), (1 + 2 + 3 + 0) / 4.0, 1e-6);
}

TEST(TotalVariation, IsFiniteForOnePixel) {
  const torch::Tensor x = torch::rand({1, 3, 1, 1});
  EXPECT_EQ(total_variation(x, Variation::Squared, false), 0);
}

TEST(TotalVariation, AddsItsGradient) {
  torch::manual_seed(5);
  const auto doubles = torch::TensorOptions().dtype(torch::kFloat64);
  const torch::Tensor x = torch::rand({1, 3, 150, 7}, doubles),
                      weights = torch::rand({1, 1, 150, 7}, doubles);
  const torch::Tensor direction = torch::randn_like(x);
  for (const auto kind : {Variation::Squared, Variation::Absolute})
    for (const bool wrapped : {false, true})
      for (const auto& w : {torch::Tensor(), weights}) {
        torch::Tensor gradient = torch::ones_like(x);
        const double value = total_variation(x, kind, wrapped, w, 0.5, gradient);
        const double step = 1e-6, there = total_variation(x + step * direction, kind, wrapped, w);
        const double slope = ((gradient - 1) * direction).sum().item<double>();
        EXPECT_NEAR(slope, 0.5 * (there - value) / step, 1e-4);
      }
}

}  // namespace
}  // namespace pastiche
