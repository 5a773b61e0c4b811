#include "data/transparency.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "data/pack_pictures.hpp"
#include "data/picture_file.hpp"
#include "data/picture_set.hpp"
#include "fixtures.hpp"
#include "gan/augment.hpp"
#include "generate/placing.hpp"
#include "nets/discriminator.hpp"
#include "nets/generator.hpp"
#include "train/generator_training.hpp"

namespace pastiche {
namespace {

/// A PNG of two pixels: half-clear red, wholly clear blue.
constexpr char two_pixels[] =
    "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x02\x00\x00\x00"
    "\x01\x08\x06\x00\x00\x00\xf4\x22\x7f\x8a\x00\x00\x00\x11\x49\x44\x41\x54\x78\xda\x63\xf8\xcf"
    "\xc0\xd0\xc0\xc0\xf0\x9f\x01\x00\x0c\x7f\x02\x7f\xf5\x55\xae\x82\x00\x00\x00\x00\x49\x45\x4e"
    "\x44\xae\x42\x60\x82";

class Transparency : public testing::Test {
 protected:
  Transparency() {
    std::filesystem::create_directory(folder_ / "data");
    std::ofstream(folder_ / "data/two.png", std::ios::binary)
        .write(two_pixels, sizeof two_pixels - 1);
  }

  std::string data() const { return (folder_ / "data").string(); }

  ScratchFolder folder_;
};

TEST_F(Transparency, OfAFileIsRead) {
  const torch::Tensor picture = decode(folder_ / "data/two.png");
  const torch::Tensor expected =
      torch::tensor({255, 0, 0, 0, 0, 255, 128, 0}, torch::kUInt8).view({4, 1, 2});
  EXPECT_TRUE(picture.equal(expected)) << picture;
}

TEST_F(Transparency, IsLaidOnWhite) {
  const torch::Tensor expected =
      torch::tensor({255, 255, 127, 255, 127, 255}, torch::kUInt8).view({3, 1, 2});
  EXPECT_TRUE(read_rgb(folder_ / "data/two.png").equal(expected));
}

TEST_F(Transparency, IsLearntWhereItIsAskedFor) {
  EXPECT_EQ(PictureSet(data()).batch(2, 8, 0, 0).squares.size(1), 3);
  const PictureSet folder(data(), {.colour = 0.2}, true);
  const torch::Tensor squares = folder.batch(2, 8, 0, 0).squares;
  EXPECT_EQ(squares.sizes(), (torch::IntArrayRef{2, 4, 8, 8}));
  pack_here(data(), folder_ / "pack", 0, [](double, std::string_view) { return true; });
  const PictureSet pack(folder_ / "pack", {.colour = 0.2}, true);
  EXPECT_TRUE(pack.batch(2, 8, 0, 0).squares.equal(squares));
}

TEST_F(Transparency, TintsNoEdge) {
  const torch::Tensor wide = resampled(decode(folder_ / "data/two.png"), 1, 8);
  const torch::Tensor seen = wide[3].gt(1);
  EXPECT_GT(seen.sum().item<int64_t>(), 2);
  EXPECT_LT(wide[2].masked_select(seen).max().item<double>(), 0.1) << wide;
  EXPECT_GT(wide[0].masked_select(seen).min().item<double>(), 254.9) << wide;

  const torch::Tensor sample =
      torch::tensor({1.f, 0.f, 0.f, 0.f, 0.f, 1.f, 1.f, 0.f}).view({1, 4, 1, 2});
  const Image image = placed(sample, 16, 8, "contain");
  for (int x = 0; x < 16; ++x)
    if (image.at(x, 4)[3] > 0.01f) EXPECT_NEAR(image.at(x, 4)[0], 1, 1e-3) << x;
  EXPECT_LT(image.at(15, 4)[3], 0.01f);
}

TEST_F(Transparency, LeavesOpaquePicturesAsTheyAre) {
  const torch::Tensor rgb = torch::randint(0, 256, {3, 5, 4}, torch::kUInt8);
  EXPECT_TRUE(on_white(rgb).equal(rgb));
  EXPECT_TRUE(on_white(with_alpha(rgb)).equal(rgb));
  EXPECT_TRUE(resampled(with_alpha(rgb), 3, 3).narrow(0, 0, 3).allclose(resampled(rgb, 3, 3)));
}

TEST_F(Transparency, HidesColoursFromTheDiscriminator) {
  torch::manual_seed(3);
  torch::Tensor one = torch::rand({2, 4, 8, 8}), other = one.clone();
  one.narrow(1, 3, 1).narrow(3, 0, 5).zero_();
  other.narrow(1, 3, 1).narrow(3, 0, 5).zero_();
  other.narrow(1, 0, 3).narrow(3, 0, 5).uniform_();
  const torch::Tensor none = torch::zeros({2}, torch::kInt64);
  for (const char* network : {"dcgan", "mlp"}) {
    Discriminator discriminator(generator_plan(network, 4, 4, 4, 8), false);
    const torch::Tensor answer = discriminator(one, none);
    EXPECT_TRUE(answer.allclose(discriminator(other, none))) << network;
    EXPECT_FALSE(answer.allclose(discriminator(1 - one, none))) << network;
  }
  EXPECT_TRUE(as_rgb(one).allclose(as_rgb(other)));
  EXPECT_TRUE(as_rgb(one).narrow(3, 0, 5).eq(1).all().item<bool>());
}

TEST_F(Transparency, IsNotTintedByAugmentation) {
  torch::Generator random = random_of(1, 0);
  torch::Tensor pictures = torch::rand({16, 4, 8, 8});
  pictures.narrow(1, 3, 1).fill_(0.25);
  const torch::Tensor alpha = augmented(pictures, random).select(1, 3);
  EXPECT_TRUE(alpha.eq(0.25).logical_or(alpha.eq(0.5)).all().item<bool>());  // 0.5: moved in, cut out
}

}  // namespace
}  // namespace pastiche
