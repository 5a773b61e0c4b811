#include <gtest/gtest.h>

#include "nets/encoder.hpp"
#include "style/objective.hpp"
#include "style/optimiser.hpp"
#include "style/tiles.hpp"

namespace pastiche {
namespace {

TEST(Tiles, CoverThePictureOnceAndStartOnMultiples) {
  for (const auto& [height, width] : {std::pair{1000, 700}, {777, 1033}, {64, 3000}, {30, 30}})
    for (const int64_t room : {int64_t(40000), int64_t(200000), int64_t(1) << 40})
      for (const bool wrapped : {false, true}) {
        const Tiling tiling{.margin = 48, .step = 16, .room = room, .wrapped = wrapped};
        const auto tiles = tiles_of(height, width, tiling);
        torch::Tensor seen = torch::zeros({1, 1, height, width});
        for (const auto& [rows, columns] : tiles) {
          EXPECT_EQ(rows.length, tiles[0].rows.length);
          EXPECT_EQ(columns.length, tiles[0].columns.length);
          EXPECT_EQ(rows.start % 16, 0);
          EXPECT_EQ(columns.start % 16, 0);
          EXPECT_TRUE(rows.length <= height || wrapped);
          for (const auto& [span, side] : {std::pair{rows, height}, {columns, width}}) {
            EXPECT_TRUE(span.start <= span.core - 48 || span.core == 0) << span.core;
            EXPECT_TRUE(span.start + span.length >= span.core_end + 48 || span.core_end >= side);
          }
          seen.slice(2, rows.core, rows.core_end).slice(3, columns.core, columns.core_end).add_(1);
        }
        EXPECT_TRUE(seen.eq(1).all().item<bool>()) << height << "x" << width << " " << room;
        if (room > height * width) {
          EXPECT_EQ(tiles.size(), 1u);
        }
      }
}

TEST(Tiles, StartTheirColumnsOnMultiplesOfMoreWhereToldTo) {
  const auto tiles =
      tiles_of(777, 1033, {.margin = 48, .step = 16, .across = 3, .room = 60000, .by_rows = true});
  int64_t starts = 0;
  for (const auto& [rows, columns] : tiles) {
    EXPECT_EQ(rows.start % 16, 0);
    EXPECT_EQ(columns.start % 48, 0);
    EXPECT_TRUE(columns.start <= columns.core - 48 || columns.core == 0) << columns.core;
    starts += columns.start;
  }
  EXPECT_GT(starts, 0) << "columns are not cut";
}

TEST(Tiles, StayWithinTheRoomThatIsThere) {
  const auto tiles = tiles_of(2000, 3000, {.margin = 48, .step = 16, .room = 90000});
  EXPECT_GT(tiles.size(), 60u);
  EXPECT_LE(tiles[0].rows.length * tiles[0].columns.length, 90000);
  EXPECT_LT(tiles.size(), 200u) << "cores as large as may be";
}

TEST(Tiles, ReachOverTheEdgesOfAWrappedPicture) {
  const torch::Tensor x = torch::arange(4.).view({1, 1, 2, 2});
  const torch::Tensor part = part_of(x, -1, 4, 1, 2);
  const auto expected = torch::tensor({3., 2., 1., 0., 3., 2., 1., 0.}).view({1, 1, 4, 2});
  EXPECT_TRUE(part.equal(expected)) << part;
}

/// A picture, painted in one tile and in several.
class GatysTiles : public testing::Test {
 public:
  struct Case {
    const char* name;
    std::function<void(GatysTiles&)> change = [](GatysTiles&) {};
  };

  GatysTiles() {
    torch::manual_seed(1);
    take(Widths{{4, 4}, {6, 6}, {8}});
    // Its slope has no jumps for rounding to find: which of two like values is a pooling's largest.
    encoder_->pooling = Pooling::Average;
    size(112, 144);
    weighing_ = {.content_layers = {{"relu2_1", 1}, {"relu3_1", 2}},
                 .style_layers = {{"relu1_1", 1}, {"relu2_2", 1}, {"relu3_1", 1}},
                 .content = 0.1,
                 .style = 1,
                 .variation = 0.5};
    styles_ = {{.rgb = smooth(70, 90)}};
  }

  void take(const Widths& widths) {
    encoder_ = Encoder(widths);
    for (torch::Tensor& weight : encoder_->parameters()) weight.requires_grad_(false);
  }

  /// By streamed rows, whose features are the same to the last bit.
  void take_streamed() {
    take(Widths{{16}, {32, 32}, {32, 32}});
    weighing_.content_layers = {{"relu3_1", 1}};
    weighing_.style_layers = {{"relu1_1", 1}, {"relu2_1", 1}, {"relu3_1", 1}};
  }

  /// Colours that differ from place to place, with shapes of several sizes.
  static torch::Tensor smooth(int64_t height, int64_t width, int64_t channels = 3) {
    namespace F = torch::nn::functional;
    torch::Tensor sum = torch::zeros({1, channels, height, width});
    for (const int64_t cells : {3, 9, 27})
      sum += F::interpolate(torch::rand({1, channels, cells, cells}),
                            F::InterpolateFuncOptions()
                                .size(std::vector<int64_t>{height, width})
                                .mode(torch::kBilinear)
                                .align_corners(false)) /
             3;
    return sum;
  }

  void size(int64_t height, int64_t width) { content_ = {smooth(height, width), {}}; }

  void masks() {
    const torch::Tensor mask =
        smooth(content_.rgb.size(2), content_.rgb.size(3), 1).sub(0.45).mul(20).clamp(0, 1);
    styles_ = {{.rgb = smooth(64, 64), .mask = mask, .share = 0.7},
               {.rgb = smooth(90, 50), .mask = 1 - mask, .share = 0.3}};
  }

  static constexpr int64_t whole = int64_t(1) << 40, tile = 64 * 80;

  /// How far the gradients in tiles are from those in one, as a share of the largest.
  double difference_of_slopes(int64_t room = tile) {
    const auto slope = [&](int64_t room) {
      int told = 0;
      Objective objective(encoder_, weighing_, content_, styles_,
                          {.pixels = room, .tell = [&](double) { ++told; }});
      const torch::Tensor gradient = torch::empty_like(content_.rgb);
      objective(content_.rgb.flip(2), gradient);
      EXPECT_EQ(told > 0, room != whole) << "tiles";
      return gradient;
    };
    const torch::Tensor in_one = slope(whole);
    return ((slope(room) - in_one).abs().max() / in_one.abs().max()).item<double>();
  }

  torch::Tensor paint(int64_t room, bool adam, int steps) {
    Objective objective(encoder_, weighing_, content_, styles_, {.pixels = room});
    const auto optimiser = adam ? make_adam(0.02, 0.9) : make_lbfgs(1, 5, true);
    optimiser->start(content_.rgb);
    for (int i = 0; i < steps; ++i)
      optimiser->step([&](const torch::Tensor& x, const torch::Tensor& gradient) {
        return objective(x, gradient).total;
      });
    return optimiser->picture();
  }

  double difference(bool adam = true, int steps = 10) {
    const torch::Tensor in_one = paint(whole, adam, steps);
    EXPECT_GT((in_one - content_.rgb).abs().max().item<double>(), 0.02) << "nothing was painted";
    return (paint(tile, adam, steps) - in_one).abs().max().item<double>();
  }

  Encoder encoder_ = nullptr;
  Weighing weighing_;
  ContentPicture content_;
  std::vector<StylePicture> styles_;
};

TEST_F(GatysTiles, HaveTheSlopesOfOneTileWithEveryOption) {
  const Case cases[] = {
      {"plain"},
      {"gram", [](auto& t) { t.weighing_.style_loss = StyleLoss::Kind::Gram; }},
      {"l1", [](auto& t) { t.weighing_.variation_kind = Variation::Absolute; }},
      {"normalised", [](auto& t) { t.weighing_.normalise_gradients = true; }},
      {"streamed", [](auto& t) { t.take_streamed(); }},
      {"l2", [](auto& t) { t.encoder_->pooling = Pooling::L2; }},
      {"zero", [](auto& t) { t.encoder_->padding = Padding::Zero; }},
      {"tileable", [](auto& t) { t.weighing_.wrapped = true; }},
      {"two styles",
       [](auto& t) {
         t.styles_ = {{.rgb = smooth(64, 64), .share = 0.7}, {.rgb = smooth(90, 50), .share = 0.3}};
       }},
      {"masks", [](auto& t) { t.masks(); }},
      {"tileable masks", [](auto& t) { t.masks(), t.weighing_.wrapped = true; }},
      {"alpha",
       [](auto& t) {
         t.content_.alpha = smooth(112, 144, 1).sub(0.4).mul(10).clamp(0, 1);
         t.styles_[0].alpha = smooth(70, 90, 1);
       }},
      {"alpha and masks",
       [](auto& t) { t.masks(), t.content_.alpha = smooth(112, 144, 1).sub(0.4).clamp(0, 1); }},
  };
  const Encoder encoder = encoder_;
  const auto [padding, pooling] = std::pair{encoder_->padding, encoder_->pooling};
  const Weighing weighing = weighing_;
  const ContentPicture content = content_;
  const std::vector<StylePicture> styles = styles_;
  for (const Case& c : cases) {
    encoder_ = encoder, encoder_->padding = padding, encoder_->pooling = pooling;
    weighing_ = weighing, content_ = content, styles_ = styles;
    c.change(*this);
    EXPECT_LT(difference_of_slopes(), 1e-4) << c.name;
  }
}

TEST_F(GatysTiles, HaveThemWhenTheLastIsGoneThroughOnce) {
  constexpr int64_t most = 112 * 144 * 4 / 5;
  const Case cases[] = {
      {"operators"},
      {"streamed", [](auto& t) { t.take_streamed(); }},
      {"normalised", [](auto& t) { t.weighing_.normalise_gradients = true; }},
  };
  for (const Case& c : cases) {
    c.change(*this);
    const TiledEncoder seen_by(encoder_, weighing_.layers(), encoder_->padding, weighing_.dtype,
                               most);
    EXPECT_TRUE(seen_by.shares_tiles(112, 144)) << c.name;
    EXPECT_GT(seen_by.tiles_to_pull(content_.rgb), 1) << c.name;
    EXPECT_LT(difference_of_slopes(most), 1e-4) << c.name;
  }
}

TEST_F(GatysTiles, PaintWhatOneTileDoesAtAnySize) {
  for (const auto& [height, width] : {std::pair{75, 133}, {160, 96}, {50, 301}}) {
    size(height, width);
    EXPECT_LT(difference(), 1e-4) << height << "x" << width;
  }
}

TEST_F(GatysTiles, PaintWhatOneTileDoesWithEitherOptimiserAndLoss) {
  for (const bool adam : {true, false})
    for (const auto kind : {StyleLoss::Kind::Gram, StyleLoss::Kind::Wasserstein}) {
      weighing_.style_loss = kind;
      EXPECT_LT(difference(adam), 1e-4) << adam;
    }
}

TEST_F(GatysTiles, PaintWhatOneTileDoesForFiftySteps) {
  take_streamed();
  for (const auto& [height, width] : {std::pair{150, 60}, {97, 83}, {200, 33}}) {
    size(height, width);
    for (const bool wrapped : {false, true})
      for (const bool masked : {false, true}) {
        if (wrapped) size(height / 16 * 16, width / 16 * 16);
        weighing_.wrapped = wrapped;
        styles_ = {{.rgb = smooth(70, 90)}};
        if (masked) masks();
        EXPECT_LT(difference(true, 50), 1e-4) << height << "x" << width << wrapped << masked;
      }
  }
}

TEST_F(GatysTiles, GoOnWithSmallerOnesWhenMemoryRunsOut) {
  size(240, 256);
  Objective in_one(encoder_, weighing_, content_, styles_);
  Objective halved(encoder_, weighing_, content_, styles_,
                   {.pixels = 60000, .tell = [&, failed = false](double) mutable {
                      if (!std::exchange(failed, true)) throw std::bad_alloc();
                    }});
  const torch::Tensor wanted = torch::empty_like(content_.rgb), got = torch::empty_like(wanted);
  const double loss = in_one(content_.rgb, wanted).total;
  EXPECT_GT(loss, 1e-3);
  EXPECT_NEAR(halved(content_.rgb, got).total, loss, 1e-6) << "of 1 for a picture without features";
  EXPECT_LT((wanted - got).abs().max().item<double>(), 1e-4 * wanted.abs().max().item<double>());
}

}  // namespace
}  // namespace pastiche
