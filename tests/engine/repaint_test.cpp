#include "style/repaint.hpp"

#include <gtest/gtest.h>

#include "style/style_from_image.hpp"

namespace pastiche {
namespace {

ImageStylizer random_stylizer(const Widths& widths) {
  torch::manual_seed(1);
  ImageStylizer net(widths);
  torch::NoGradGuard no_grad;
  for (const auto& item : net->decoder->named_parameters())
    if (item.key().ends_with("weight")) item.value().mul_(2);
  net->eval();
  return net;
}

/// Of large and small forms, so that no two places are alike.
torch::Tensor picture(int seed, int64_t height, int64_t width) {
  torch::manual_seed(seed);
  return (0.7 * torch::upsample_bicubic2d(torch::rand({1, 3, 5, 4}), {height, width}, false) +
          0.3 * torch::rand({1, 3, height, width}))
      .clamp(0, 1);
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

/// The last is of groups of channels that the processor streams by rows.
const std::vector<Widths> networks = {
    {{4, 4}, {4}, {6, 6}, {8}}, {{4}, {6, 6, 6, 6}, {8}}, {{16, 16}, {32, 32}, {32}}};

TEST(Repaint, InTilesGivesWhatItGivesInOnePiece) {
  const torch::Tensor content = picture(1, 96, 128), style = picture(2, 50, 70);
  torch::Tensor counts = torch::zeros({1, 1, 96, 128});
  counts.narrow(3, 30, 60).fill_(1);
  for (const Widths& widths : networks) {
    ImageStylizer net = random_stylizer(widths);
    const std::vector<WeighedStyle> styles = {{1, moments_at(net, style)}};
    for (const Repainting& how : {Repainting{}, {.detail = 0}, {.strength = 0.4},
                                  {.strength = 0.4, .detail = 0}, {.counts = counts},
                                  {.transform = Transform::AdaIN},
                                  {.transform = Transform::Whitening}}) {
      const torch::Tensor whole = repainted(net, content, styles, how);
      EXPECT_GT(difference(whole, content), 0.05) << "else this shows nothing";
      for (const int64_t room : {3000, 700}) {
        Repainting tiled = how;
        tiled.room = room;
        EXPECT_LT(difference(repainted(net, content, styles, tiled), whole), 1e-4)
            << widths.size() << " blocks, room " << room << ", strength " << how.strength
            << ", detail " << how.detail;
      }
    }
  }
}

TEST(Repaint, SeesStylesInTilesAsInOnePiece) {
  const torch::Tensor style = picture(2, 150, 170);
  torch::Tensor weights = torch::rand({1, 1, 150, 170});
  weights.narrow(2, 0, 80).zero_();
  for (const Widths& widths : networks)
    for (const torch::Tensor& counts : {torch::Tensor(), weights}) {
      ImageStylizer net = random_stylizer(widths);
      const auto whole = moments_at(net, style, counts), tiled = moments_at(net, style, counts, 4000);
      for (const auto& [layer, moments] : whole) {
        EXPECT_TRUE(moments.mean.allclose(tiled.at(layer).mean, 1e-4, 1e-5)) << layer;
        EXPECT_TRUE(moments.covariance.allclose(tiled.at(layer).covariance, 1e-3, 1e-5)) << layer;
      }
    }
}

TEST(Repaint, TellsOfEachTileAndStopsWhereItIsTold) {
  ImageStylizer net = random_stylizer(networks[0]);
  const std::vector<WeighedStyle> styles = {{1, moments_at(net, picture(2, 40, 40))}};
  double last = 0;
  int calls = 0;
  Repainting how = {.room = 1000, .tell = [&](double done) {
                      EXPECT_GE(done, last);
                      last = done;
                      ++calls;
                    }};
  repainted(net, picture(1, 96, 128), styles, how);
  EXPECT_DOUBLE_EQ(last, 1);
  EXPECT_GT(calls, 20);
  how.tell = [&](double) {
    if (--calls < 10) throw std::runtime_error("stop");
  };
  EXPECT_THROW(repainted(net, picture(1, 96, 128), styles, how), std::runtime_error);
}

TEST(PassMemory, LeavesTilesTheRoomThereIs) {
  const PassMemory memory = {.fixed = 1e8, .per_pixel = 100, .per_tile_pixel = 500, .allowed = 3.8e8};
  EXPECT_EQ(memory.room({500, 500}), all_at_once);
  EXPECT_DOUBLE_EQ(memory.peak({500, 500}), 1e8 + 250e3 * 600);
  const int64_t room = memory.room({1500, 1500});
  EXPECT_EQ(room, int64_t((2.8e8 - 2.25e6 * 100) / 500));
  EXPECT_NEAR(memory.peak({1500, 1500}), 3.8e8, 500);
  const PassMemory plenty = {.per_tile_pixel = 1, .allowed = 1e12};
  EXPECT_LT(plenty.room({5000, 5000}), 5000 * 5000) << "smaller tiles are faster";
  EXPECT_THROW(memory.room({3000, 3000}), Error);
}

}  // namespace
}  // namespace pastiche
