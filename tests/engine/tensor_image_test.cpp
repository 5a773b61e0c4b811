#include "tensor_image.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "pastiche/error.hpp"

namespace pastiche {
namespace {

/// The left half of the picture is hidden and has the colour `hidden`.
Image half_hidden(float hidden) {
  Image image = gradient_image(10, 7);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < 5; ++x) {
      std::fill_n(image.at(x, y), 3, hidden);
      image.at(x, y)[3] = 0;
    }
  return image;
}

TEST(TensorImage, GoesThereAndBackUnchanged) {
  const Image image = gradient_image(9, 5);
  EXPECT_EQ(to_image(to_tensor(image, torch::kCPU), image).pixels, image.pixels);
}

TEST(TensorImage, ShowsANetworkNothingThatIsHidden) {
  const torch::Tensor black = to_tensor(half_hidden(0), torch::kCPU);
  const torch::Tensor garbage = to_tensor(half_hidden(0.9f), torch::kCPU);
  EXPECT_TRUE(black.equal(garbage));
}

TEST(TensorImage, FillsWhatIsHiddenFromWhatIsNearIt) {
  const torch::Tensor filled = to_tensor(half_hidden(0), torch::kCPU);
  const torch::Tensor left = filled.slice(3, 0, 5).mean({2, 3});
  const torch::Tensor edge = filled.slice(3, 5, 7).mean({2, 3});
  EXPECT_LT((left - edge).abs().max().item<float>(), 0.25f);
}

TEST(TensorImage, GivesBackTheColoursThatAreHidden) {
  const Image image = half_hidden(0.9f);
  const Image back = to_image(torch::zeros({1, 3, 7, 10}), image);
  EXPECT_EQ(back.at(0, 0)[0], 0.9f);
  EXPECT_EQ(back.at(9, 0)[0], 0);
  EXPECT_EQ(back.at(0, 0)[3], 0);
  EXPECT_EQ(back.at(9, 0)[3], 1);
}

TEST(TensorImage, RefusesNaN) {
  try {
    to_image(torch::full({1, 3, 7, 10}, NAN), half_hidden(0));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::Internal);
  }
}

TEST(TensorImage, MasksByLuminanceAndAlpha) {
  Image mask(3, 1);
  std::fill_n(mask.at(0, 0), 4, 1.0f);
  std::fill_n(mask.at(1, 0), 3, 1.0f);  // white, but hidden
  mask.at(2, 0)[3] = 1;                 // black
  EXPECT_TRUE(
      torch::allclose(mask_tensor(mask, torch::kCPU).flatten(), torch::tensor({1.0f, 0.0f, 0.0f})));
}

TEST(TensorImage, ResizesToTheSizeAskedForWithinTheRange) {
  const torch::Tensor x = torch::rand({1, 3, 10, 16});
  for (const auto& [height, width] : {std::pair{5, 8}, {20, 33}, {5, 40}, {1, 1}}) {
    const torch::Tensor y = resize(x, height, width);
    EXPECT_EQ(y.size(2), height);
    EXPECT_EQ(y.size(3), width);
    EXPECT_GE(y.min().item<float>(), 0);
    EXPECT_LE(y.max().item<float>(), 1);
  }
}

TEST(TensorImage, KeepsTheContentsColourDifferences) {
  const torch::Tensor content = torch::rand({1, 3, 4, 4}) * 0.2 + 0.4;
  const torch::Tensor kept = keep_colour(torch::rand({1, 3, 4, 4}) * 0.2 + 0.4, content);
  const auto chroma = [](const torch::Tensor& x) { return x.select(1, 0) - x.select(1, 2); };
  EXPECT_TRUE(torch::allclose(chroma(kept), chroma(content), 1e-5, 1e-5));
}

TEST(TensorImage, MatchesMeanAndCovarianceOfColours) {
  torch::manual_seed(1);
  const torch::Tensor style = torch::rand({1, 3, 32, 32}) * 0.3 + 0.3;
  const torch::Tensor content = torch::rand({1, 3, 16, 16}) * 0.2 + 0.4;
  const torch::Tensor matched = match_colour(style, content).reshape({3, -1});
  const torch::Tensor wanted = content.reshape({3, -1});
  EXPECT_TRUE(torch::allclose(matched.mean(1), wanted.mean(1), 1e-3, 1e-3));
  EXPECT_TRUE(torch::allclose(torch::cov(matched), torch::cov(wanted), 2e-2, 1e-4));
}

}  // namespace
}  // namespace pastiche
