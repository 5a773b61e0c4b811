#include "nets/encoder.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Widths tiny = {{4, 4}, {6, 6}, {8}};

Encoder tiny_encoder() {
  torch::manual_seed(1);
  return Encoder(tiny);
}

TEST(Encoder, NamesItsLayersAsVggDoes) {
  const std::vector<std::string> expected = {"relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1"};
  EXPECT_EQ(tiny_encoder()->layers(), expected);
}

TEST(Encoder, HalvesTheSizeFromBlockToBlock) {
  const Features f = tiny_encoder()(torch::rand({2, 3, 17, 12}),
                                    std::set<std::string>{"relu1_1", "relu2_2", "relu3_1"});
  ASSERT_EQ(f.size(), 3u);
  EXPECT_EQ(f.at("relu1_1").sizes(), (torch::IntArrayRef{2, 4, 17, 12}));
  EXPECT_EQ(f.at("relu2_2").sizes(), (torch::IntArrayRef{2, 6, 8, 6}));
  EXPECT_EQ(f.at("relu3_1").sizes(), (torch::IntArrayRef{2, 8, 4, 3}));
}

TEST(Encoder, TakesPicturesOfAnySize) {
  for (const auto& [height, width] : {std::pair{1, 1}, {1, 50}, {50, 1}, {2, 3}}) {
    for (Padding padding :
         {Padding::Zero, Padding::Reflect, Padding::Replicate, Padding::Circular}) {
      Encoder encoder = tiny_encoder();
      encoder->padding = padding;
      const Features f =
          encoder(torch::rand({1, 3, height, width}), std::set<std::string>{"relu3_1"});
      EXPECT_GE(f.at("relu3_1").numel(), 8) << height << "x" << width << " " << name_of(padding);
    }
  }
}

TEST(Encoder, RefusesALayerItDoesNotHave) {
  try {
    tiny_encoder()(torch::rand({1, 3, 8, 8}), std::set<std::string>{"relu6_1"});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::BadSetting);
    EXPECT_NE(std::string(error.what()).find("relu6_1"), std::string::npos) << error.what();
  }
}

TEST(Encoder, WithCircularPaddingMovesItsFeaturesWithThePicture) {
  Encoder encoder = tiny_encoder();
  encoder->padding = Padding::Circular;
  const std::set<std::string> layers = {"relu2_2"};
  const torch::Tensor x = torch::rand({1, 3, 16, 16});
  const torch::Tensor moved = encoder(x.roll({4, 6}, {2, 3}), layers).at("relu2_2");
  const torch::Tensor expected = encoder(x, layers).at("relu2_2").roll({2, 3}, {2, 3});
  EXPECT_TRUE(torch::allclose(moved, expected, 1e-5, 1e-6));
}

TEST(Encoder, ComesBackFromAFileAsItWas) {
  const ScratchFolder folder;
  Encoder encoder = tiny_encoder();
  save_weights(folder / "tiny.safetensors", weights_of(*encoder),
               {{"architecture", "encoder"}, {"padding", "circular"}, {"pooling", "average"}});
  Encoder loaded = load_encoder(TensorFile(folder / "tiny.safetensors"));
  EXPECT_EQ(loaded->padding, Padding::Circular);
  EXPECT_EQ(loaded->pooling, Pooling::Average);
  encoder->padding = Padding::Circular;
  encoder->pooling = Pooling::Average;
  const torch::Tensor x = torch::rand({1, 3, 16, 16});
  const std::set<std::string> layers = {"relu3_1"};
  EXPECT_TRUE(encoder(x, layers).at("relu3_1").equal(loaded(x, layers).at("relu3_1")));
}

TEST(Encoder, RefusesFilesThatHoldNone) {
  const ScratchFolder folder;
  const auto file = folder / "bad.safetensors";
  const auto weights = weights_of(*tiny_encoder());
  using Weights = std::map<std::string, torch::Tensor>;
  const auto changed = [&](const std::string& name, const torch::Tensor& tensor) {
    Weights w = weights;
    w[name] = tensor;
    return w;
  };
  const std::pair<const char*, Weights> cases[] = {
      {"nothing", {}},
      {"NaN", changed("conv1_1.weight", torch::full({4, 3, 3, 3}, NAN))},
      {"no matrix", changed("conv1_1.weight", torch::ones({4, 3}))},
      {"no size", changed("conv1_1.weight", torch::ones({4, 0, 3, 3}))},
      {"a wrong bias", changed("conv2_1.bias", torch::ones({5}))},
  };
  for (const auto& [what, tensors] : cases) {
    save_weights(file, tensors, {{"architecture", "encoder"}});
    try {
      load_encoder(TensorFile(file));
      ADD_FAILURE() << what << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::NoModel) << what << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace pastiche
