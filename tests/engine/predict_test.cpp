#include "predict/predict.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "generate/texture.hpp"
#include "nets/texture_net.hpp"
#include "nets/transformer_net.hpp"
#include "style/fast_style.hpp"
#include "style/gatys_plan.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

/// Small models of random weights, and a cache of its own.
class Predict : public testing::Test {
 protected:
  Predict() {
    setenv("XDG_CACHE_HOME", folder_.path().c_str(), 1);
    torch::manual_seed(1);
    const auto file = [&](const char* name) { return (folder_ / name).string(); };
    save_weights(file("encoder.safetensors"), weights_of(*Encoder(Widths{{16}, {16, 16}, {32}})),
                 {{"architecture", "encoder"}, {"padding", "reflect"}, {"pooling", "max"}});
    save_weights(file("net.safetensors"), weights_of(*TransformerNet(4, 1, 1)),
                 {{"architecture", "transformer"}, {"styles", R"(["one"])"}});
    gatys_.encoder = file("encoder.safetensors");
    gatys_.content_layers = "relu3_1";
    gatys_.style_layers = "relu1_1,relu2_1";
    gatys_.common.device = fast_.common.device = "cpu";
    fast_.model = file("net.safetensors");
  }
  ~Predict() override { unsetenv("XDG_CACHE_HOME"); }

  static Sizes sizes(int width, int height) {
    return {{"content", {{width, height}}}, {"style", {{100, 80}}}};
  }
  Need gatys(int width, int height) const { return gatys_need(sizes(width, height), gatys_); }
  Need fast(int width, int height) const { return fast_style_need(sizes(width, height), fast_); }

  static double units(const Need& need, const std::string& ending) {
    double sum = 0;
    for (const Work& work : need.work)
      if (work.kind.ends_with(ending)) sum += work.units;
    return sum;
  }

  ScratchFolder folder_;
  GatysOptions gatys_;
  FastStyleOptions fast_;
};

TEST_F(Predict, NeedGrowsWithSizeAndSteps) {
  const Need small = gatys(400, 300);
  EXPECT_EQ(small.width, 512);
  EXPECT_EQ(small.height, 384);
  gatys_.size = 1024;
  const Need large = gatys(400, 300);
  EXPECT_GT(large.bytes, small.bytes);
  EXPECT_GT(units(large, " step"), 3 * units(small, " step"));
  gatys_.steps *= 2;
  gatys_.first_steps *= 2;
  EXPECT_DOUBLE_EQ(units(gatys(400, 300), " step"), 2 * units(large, " step"));
  EXPECT_DOUBLE_EQ(gatys(400, 300).bytes, large.bytes);
  EXPECT_GT(gatys(4000, 3000).bytes, large.bytes + 3.6e6 * 4 * bytes_of_image);

  EXPECT_GT(fast(2000, 1000).bytes, fast(200, 100).bytes + 2e6 * bytes_of_image);
}

TEST_F(Predict, SaysTheTilesThatThePlannerCuts) {
  gatys_.size = 2000;
  const Need whole = gatys(2000, 1500);
  EXPECT_EQ(whole.tiles, 1);
  gatys_.common.memory = int(whole.bytes / (1 << 20)) - 30;
  const Need tiled = gatys(2000, 1500);
  EXPECT_GT(tiled.tiles, 1);
  EXPECT_LE(tiled.bytes, double(gatys_.common.memory) * (1 << 20)) << "no more than it may use";
  EXPECT_GT(units(tiled, " look"), 5 * units(whole, " look")) << "each tile is looked at twice";
  EXPECT_GT(units(tiled, " step"), units(whole, " step")) << "margins";
  gatys_.common.memory = 100;
  EXPECT_THROW(gatys(2000, 1500), Error);
}

TEST_F(Predict, NeedsATemporaryFileWhereThePlannerDoes) {
  const Need whole = fast(1000, 1000);
  fast_.common.memory = int(1000 * 1000 * bytes_of_image) / (1 << 20) + 5;
  const Need spilt = fast(1000, 1000);
  EXPECT_LT(spilt.bytes, whole.bytes);
  EXPECT_EQ(units(whole, "temporary file"), 0);
  EXPECT_GT(units(spilt, "temporary file"), 1e6);
  fast_.common.memory = 1;
  EXPECT_THROW(fast(1000, 1000), Error);
}

TEST_F(Predict, ForetellsEveryKindOfWork) {
  const auto foretold = [&](const char* name, const std::function<Need()>& need) {
    const Prediction told = predict(name, need);
    EXPECT_GT(told.seconds, 0) << name;
    EXPECT_GT(told.bytes, bytes_of_libraries) << name;
    EXPECT_EQ(told.device, "cpu") << name;
    return told.seconds;
  };
  gatys_.optimiser = "lbfgs";
  const double once = foretold("gatys", [&] { return gatys(300, 200); });
  gatys_.steps *= 50;
  EXPECT_GT(foretold("gatys", [&] { return gatys(300, 200); }), 5 * once);
  EXPECT_EQ(predict("fast-style", [&] { return fast(90, 40); }).width, 90);
  EXPECT_GT(foretold("fast-style", [&] { return fast(9000, 4000); }),
            2 * foretold("fast-style", [&] { return fast(90, 40); }));
}

TEST_F(Predict, LearnsHowLongCallsTook) {
  const auto need = [&] { return fast(300, 200); };
  learn("fast-style", need, 100);
  const double before = predict("fast-style", need).seconds;
  EXPECT_LT(before, 20) << "where nothing was foretold nothing is learnt";
  for (int i = 0; i < 4; ++i) learn("fast-style", need, 100 * before);
  EXPECT_GT(predict("fast-style", need).seconds, 2 * before);
}

}  // namespace
}  // namespace pastiche
