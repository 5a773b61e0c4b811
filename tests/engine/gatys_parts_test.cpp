#include <gtest/gtest.h>

#include "pastiche/error.hpp"
#include "pastiche/weighted_list.hpp"
#include "style/gatys_memory.hpp"
#include "style/optimiser.hpp"
#include "style/preconditioner.hpp"
#include "style/scales.hpp"

namespace pastiche {
namespace {

TEST(WeightedList, ReadsNamesAndWeights) {
  const auto list = parse_weighted(" relu1_1:256, relu2_1 ,relu3_1:.5", "style-layers");
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].name, "relu1_1");
  EXPECT_EQ(list[0].weight, 256);
  EXPECT_EQ(list[1].weight, 1);
  EXPECT_EQ(list[2].weight, 0.5);
  EXPECT_TRUE(parse_weighted("  ", "style-layers").empty());
  EXPECT_EQ(parse_weights("2, 1.5,0", "style-weights"), (std::vector<double>{2, 1.5, 0}));
}

TEST(WeightedList, RefusesWhatIsNone) {
  for (const char* text : {",", "a,", ",a", ":1", "a:", "a:x", "a:-1", "a:nan", "a:inf", "a:1e99",
                           "a,a", "a:1,a:2", "a:1:b"})
    EXPECT_THROW(parse_weighted(text, "style-layers"), Error) << text;
  for (const char* text : {",", "1,", "x", "-1", "nan", "1;2", "1 2"})
    EXPECT_THROW(parse_weights(text, "style-weights"), Error) << text;
}

TEST(Scales, GrowByTheFactorToTheSize) {
  const auto scales = plan_scales(
      300, 600,
      {.size = 512, .min_size = 128, .scale_factor = 1.4142, .steps = 10, .first_steps = 0});
  ASSERT_EQ(scales.size(), 5u);
  EXPECT_EQ(scales.front().width, 128);
  EXPECT_EQ(scales.back().width, 512);
  EXPECT_EQ(scales.back().height, 256);
  EXPECT_EQ(scales.front().steps, 20);
  EXPECT_EQ(scales.back().steps, 10);
}

TEST(Scales, FitAnyPicture) {
  struct {
    int64_t height, width;
    GatysOptions options;
    int64_t expected_height, expected_width;
  } cases[] = {
      {300, 200, {.size = 0}, 300, 200},
      {1, 1, {.size = 512}, 512, 512},
      {1, 20000, {.size = 512}, 1, 512},
      {1, 20000, {.size = 0}, 1, 20000},
      {100, 400, {.size = 100, .size_by = "area"}, 50, 200},
      {300, 200, {.size = 300, .tileable = true}, 304, 208},
      {1, 20000, {.size = 512, .tileable = true}, 16, 512},
  };
  for (const auto& c : cases) {
    const auto scales = plan_scales(c.height, c.width, c.options);
    EXPECT_EQ(scales.back().height, c.expected_height);
    EXPECT_EQ(scales.back().width, c.expected_width);
    EXPECT_GE(scales.front().height, 1);
  }
}

TEST(Scales, AreOneWhenTheFirstSizeIsNotSmaller) {
  const auto scales =
      plan_scales(100, 100, {.size = 64, .min_size = 128, .steps = 10, .first_steps = 3});
  ASSERT_EQ(scales.size(), 1u);
  EXPECT_EQ(scales.front().steps, 10) << "the first steps are those of a coarser scale";
}

/// A bowl with its lowest point at 0.7 and slopes that differ a hundredfold.
class Optimiser : public testing::Test {
 protected:
  double bowl(const torch::Tensor& x, const torch::Tensor& gradient) {
    ++evaluations_;
    const torch::Tensor steepness = torch::logspace(-2, 0, x.numel()).view(x.sizes());
    const torch::Tensor offset = x - 0.7;
    gradient.copy_(2 * steepness * offset / double(x.numel()));
    return (steepness * offset.square()).mean().item<double>();
  }

  double error_after(PictureOptimiser& optimiser, int steps) {
    optimiser.start(torch::full({1, 3, 4, 4}, 0.2));
    for (int i = 0; i < steps; ++i) optimiser.step(bowl_);
    return (optimiser.picture() - 0.7).abs().max().item<double>();
  }

  int evaluations_ = 0;
  const PictureOptimiser::Evaluate bowl_ = [this](const auto& x, const auto& gradient) {
    return bowl(x, gradient);
  };
};

TEST_F(Optimiser, AdamFindsTheLowestPoint) {
  EXPECT_LT(error_after(*make_adam(0.02, 0.9), 200), 0.01);
  EXPECT_EQ(evaluations_, 200) << "one a step, so that a stop comes within one";
}

TEST_F(Optimiser, LbfgsFindsItInFewerSteps) {
  EXPECT_LT(error_after(*make_lbfgs(1, 10, false), 60), 0.01);
  EXPECT_EQ(evaluations_, 60);
}

TEST_F(Optimiser, PreconditionedLbfgsFindsWhatDependsOnFrequenciesInFewerSteps) {
  // Curved as pictures' losses are: little along what changes slowly.
  torch::manual_seed(3);
  const torch::Tensor aim = 0.3 + 0.4 * torch::rand({1, 3, 24, 40});
  const auto loss = [&](const torch::Tensor& x, const torch::Tensor& gradient) {
    const torch::Tensor off = x - aim;
    gradient.copy_(off * 0.01);
    double sum = 0.005 * off.square().sum().item<double>();
    for (const int dim : {2, 3}) {
      const torch::Tensor edges = off.diff(1, dim);
      sum += 0.5 * edges.square().sum().item<double>();
      const int64_t side = off.size(dim);
      gradient.narrow(dim, 1, side - 1).add_(edges);
      gradient.narrow(dim, 0, side - 1).sub_(edges);
    }
    return sum;
  };
  const auto error_after = [&](bool preconditioned) {
    const auto optimiser = make_lbfgs(1, 10, preconditioned);
    optimiser->start(torch::full(aim.sizes(), 0.1));
    for (int i = 0; i < 25; ++i) optimiser->step(loss);
    return (optimiser->picture() - aim).norm().item<double>();
  };
  EXPECT_LT(error_after(true), 0.3 * error_after(false));
}

TEST_F(Optimiser, PreconditionedLbfgsStaysInRange) {
  // The lowest points of all but the first channel lie outside.
  const torch::Tensor aim = torch::tensor({0.4f, 1.3f, -0.2f}).view({1, 3, 1, 1});
  const auto optimiser = make_lbfgs(1, 10, true);
  optimiser->start(torch::full({1, 3, 8, 8}, 0.5));
  for (int i = 0; i < 40; ++i)
    optimiser->step([&](const torch::Tensor& x, const torch::Tensor& gradient) {
      EXPECT_GE(x.min().item<float>(), 0);
      EXPECT_LE(x.max().item<float>(), 1);
      gradient.copy_(x - aim);
      return 0.5 * (x - aim).square().sum().item<double>();
    });
  const torch::Tensor nearest = aim.clamp(0, 1).expand({1, 3, 8, 8});
  EXPECT_LT((optimiser->picture() - nearest).abs().max().item<double>(), 0.01);
}

TEST_F(Optimiser, PreconditionedLbfgsLearnsFromAFirstStepThatWasTooLong) {
  torch::manual_seed(5);
  const torch::Tensor aim = 0.5 + 0.002 * torch::randn({1, 3, 16, 24});
  const auto optimiser = make_lbfgs(1, 10, true);
  optimiser->start(torch::full(aim.sizes(), 0.5));
  std::vector<double> losses;
  for (int i = 0; i < 12; ++i)
    optimiser->step([&](const torch::Tensor& x, const torch::Tensor& gradient) {
      gradient.copy_(x - aim);
      losses.push_back((x - aim).square().sum().item<double>());
      return losses.back();
    });
  EXPECT_GT(losses[1], 10 * losses[0]) << "not too long";
  EXPECT_LT(losses[2], losses[0]);
  EXPECT_LT(losses.back(), 0.01 * losses[0]);
}

TEST_F(Optimiser, LbfgsTakesBackAStepThatMadeThingsWorse) {
  EXPECT_LT(error_after(*make_lbfgs(10, 10, false), 100), 0.5);
}

TEST_F(Optimiser, AdamAveragesItsPictures) {
  const auto last = make_adam(0.02, 0), averaged = make_adam(0.02, 0.99);
  EXPECT_LT(error_after(*last, 20), error_after(*averaged, 20)) << "the average lags behind";
}

TEST_F(Optimiser, AdamGoesOnAfterAChangeOfSize) {
  const auto optimiser = make_adam(0.02, 0.9);
  error_after(*optimiser, 30);
  optimiser->start(torch::full({1, 3, 8, 8}, 0.5));
  optimiser->step(bowl_);
  EXPECT_GT(optimiser->picture().min().item<double>(), 0.505) << "it knew where to go";
}

TEST(GatysMemory, RefusesWithTheSizeThatFits) {
  const Compute compute{.memory = std::size_t(1) << 30};
  const GatysMemory memory{
      .fixed = 1e8, .per_pixel = 80, .per_tile_pixel = 1000, .smallest_tile = 300000};
  const PictureSize content = {2000, 1000};
  const auto room = [&](const GatysOptions& options) {
    const double side = working_side(1000, 2000, options);
    return tile_room(memory, fitted(1000, 2000, side), content, options, compute);
  };
  for (const char* by : {"side", "area"}) {
    GatysOptions options{.size = 8192, .size_by = by};
    try {
      room(options);
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::OutOfMemory);
      const std::string text = error.what();
      const auto at = text.find("size ");
      ASSERT_NE(at, std::string::npos) << text;
      options.size = std::stoi(text.substr(at + 5));
    }
    EXPECT_GT(options.size, 2000);
    EXPECT_GE(room(options), memory.smallest_tile);
    options.size += 1;
    EXPECT_THROW(room(options), Error) << "it was not the largest";
    options.size = 512;
    const Scale small = fitted(1000, 2000, working_side(1000, 2000, options));
    EXPECT_EQ(room(options), small.height * small.width) << "one tile";
  }
}

TEST(Preconditioner, IsSymmetricAndPositiveDefiniteAtAnySize) {
  torch::manual_seed(4);
  const auto product = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a * b).sum(torch::kFloat64).item<double>();
  };
  for (const auto& [height, width] : {std::pair{24, 40}, {25, 37}, {8, 1}, {1, 1}}) {
    const auto some = [&, h = height, w = width] { return torch::randn({1, 3, h, w}); };
    Preconditioner precondition(some());
    for (int learnt = 0; learnt < 3; ++learnt) {
      const torch::Tensor a = some(), b = some(), mapped = precondition(a);
      EXPECT_NEAR(product(mapped, b), product(a, precondition(b)),
                  1e-5 * mapped.norm().item<double>() * b.norm().item<double>());
      EXPECT_GT(product(mapped, a), 0);
      precondition.learn(some(), some());
    }
  }
}

TEST(Preconditioner, GoesFartherAlongWhatChangesSlowlyAndWhereStepsHaveTurnedLess) {
  const torch::Tensor even = torch::ones({1, 3, 64, 64});
  Preconditioner precondition(even);
  const torch::Tensor checks = even * (torch::arange(64) % 2 * 2 - 1);
  EXPECT_GT(precondition(even).norm().item<double>(),
            50 * precondition(checks).norm().item<double>());
  torch::Tensor turned = even.clone();
  turned.narrow(3, 0, 32).mul_(10);
  for (int i = 0; i < 5; ++i) precondition.learn(even, turned);
  const torch::Tensor mapped = precondition(checks).abs();
  EXPECT_GT(mapped.narrow(3, 40, 20).mean().item<double>(),
            2 * mapped.narrow(3, 4, 20).mean().item<double>());
}

TEST(Preconditioner, OfNoPictureIsTheIdentity) {
  Preconditioner precondition;
  const torch::Tensor x = torch::ones({1, 3, 2, 2});
  precondition.learn(x, x);
  EXPECT_TRUE(precondition(x).equal(x));
}

TEST(GatysMemory, GrowsWithWhatIsKept) {
  const Encoder encoder(Widths{{4, 4}, {8}});
  const Sizes pictures = {{"content", {{10, 10}}}};
  const auto memory = [&](std::set<std::string> layers, const GatysOptions& options,
                          torch::ScalarType dtype = torch::kFloat32) {
    return memory_of(encoder, layers, pictures, options, {.dtype = dtype});
  };
  const GatysMemory base = memory({"relu1_1"}, {});
  EXPECT_GT(memory({"relu2_1"}, {}).per_tile_pixel, base.per_tile_pixel);
  EXPECT_GT(memory({"relu2_1"}, {}).smallest_tile, base.smallest_tile);
  EXPECT_LT(memory({"relu1_1"}, {}, torch::kBFloat16).per_tile_pixel, base.per_tile_pixel);
  EXPECT_GT(memory({"relu1_1"}, {.steps = 200, .optimiser = "lbfgs", .history = 100}).per_pixel,
            base.per_pixel + 2000);
}

}  // namespace
}  // namespace pastiche
