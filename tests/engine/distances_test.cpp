#include "evaluate/distances.hpp"

#include <gtest/gtest.h>

namespace pastiche {
namespace {

TEST(Distance, OfColoursIsTheLengthOfACommonStep) {
  // From black to white Lab's lightness goes by 100 and nothing else moves.
  const torch::Tensor black = torch::zeros({1, 3, 8, 8}), white = torch::ones({1, 3, 5, 5});
  EXPECT_NEAR(colour_distance(black, white), 100, 2);  // 32 directions are nearly even
  EXPECT_EQ(colour_distance(white, torch::ones({1, 3, 9, 2})), 0);
}

TEST(Distance, FrechetsHasItsClosedFormInOneDimension) {
  const Gaussian a = {torch::tensor({1.0}, torch::kFloat64),
                      torch::tensor({{4.0}}, torch::kFloat64)};
  const Gaussian b = {torch::tensor({3.0}, torch::kFloat64),
                      torch::tensor({{9.0}}, torch::kFloat64)};
  EXPECT_NEAR(frechet_distance(a, b), (4 + 1) / 18.0, 1e-12);
}

TEST(Distance, LabOfPrimariesIsThePublishedOne) {
  const auto lab = [](double r, double g, double b) {
    return to_lab(torch::tensor({r, g, b}, torch::kFloat64).view({1, 3, 1, 1})).flatten();
  };
  const auto is = [](const torch::Tensor& a, double l, double u, double v) {
    return torch::allclose(a, torch::tensor({l, u, v}, torch::kFloat64), 0, 0.05);
  };
  EXPECT_TRUE(is(lab(1, 1, 1), 100, 0, 0));
  EXPECT_TRUE(is(lab(1, 0, 0), 53.24, 80.09, 67.20));
  EXPECT_TRUE(is(lab(0, 0, 1), 32.30, 79.19, -107.86));
}

}  // namespace
}  // namespace pastiche
