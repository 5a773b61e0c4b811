#include "nets/encoder_pass.hpp"

#include <gtest/gtest.h>

namespace pastiche {
namespace {

const std::set<std::string> layers = {"relu1_1", "relu1_2", "relu2_1", "relu3_1"};

Encoder wide_encoder() {
  torch::manual_seed(1);
  Encoder encoder(Widths{{16, 32}, {32, 48}, {64}});
  for (torch::Tensor& weight : encoder->parameters()) weight.requires_grad_(false);
  return encoder;
}

/// A layer's pieces, put together.
using Maps = std::map<std::string, torch::Tensor>;

void put(Maps& maps, const EncoderPass::Piece& piece) {
  torch::Tensor& map = maps[piece.layer];
  EXPECT_EQ(map.defined() ? map.size(2) : 0, piece.first_row) << "rows in order";
  const torch::Tensor rows = piece.features.to(torch::kFloat32).clone();
  map = map.defined() ? torch::cat({map, rows}, 2) : rows;
}

struct Passed {
  Maps features;
  torch::Tensor gradient;
};

/// The features, and the gradient of a loss that pulls them all to 0.
Passed through(EncoderPass& pass, const torch::Tensor& picture) {
  Passed passed;
  pass.forward(
      picture, [&](const EncoderPass::Piece& piece) { put(passed.features, piece); }, true);
  passed.gradient = pass.backward([](const EncoderPass::Piece& piece) { return piece.features; });
  return passed;
}

double distance(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

TEST(EncoderPass, ByRowsIsWhatTheOperatorsDo) {
  for (const auto padding :
       {Padding::Zero, Padding::Reflect, Padding::Replicate, Padding::Circular})
    for (const auto pooling : {Pooling::Max, Pooling::Average})
      for (const auto& [height, width] : {std::pair{64, 48}, {75, 133}, {9, 200}, {301, 8}}) {
        Encoder encoder = wide_encoder();
        encoder->pooling = pooling;
        const torch::Tensor picture = torch::rand({1, 3, height, width});
        const auto by_rows = make_pass(encoder, layers, padding, torch::kFloat32);
        const auto wanted_pass = make_autograd_pass(encoder, layers, padding, torch::kFloat32);
        EXPECT_TRUE(by_rows->is_exact_by_rows());
        const Passed wanted = through(*wanted_pass, picture);
        for (int again = 0; again < 2; ++again) {
          const Passed got = through(*by_rows, picture);
          for (const auto& [layer, map] : wanted.features)
            EXPECT_LT(distance(got.features.at(layer), map), 1e-5) << layer;
          EXPECT_LT(distance(got.gradient, wanted.gradient), 1e-3)
              << name_of(padding) << " " << name_of(pooling) << " " << height << "x" << width;
        }
      }
}

TEST(EncoderPass, InBf16IsNearFp32) {
  Encoder encoder = wide_encoder();
  const torch::Tensor picture = torch::rand({1, 3, 64, 80});
  const auto exact = make_pass(encoder, layers, Padding::Reflect, torch::kFloat32);
  const auto rounded = make_pass(encoder, layers, Padding::Reflect, torch::kBFloat16);
  const Passed wanted = through(*exact, picture), got = through(*rounded, picture);
  EXPECT_LT(distance(got.features.at("relu3_1"), wanted.features.at("relu3_1")), 0.02);
  EXPECT_LT(distance(got.gradient, wanted.gradient), 0.1);
}

TEST(EncoderPass, ByRowsDoesTheSameToThePictureAndToItsPart) {
  const auto pass = make_pass(wide_encoder(), layers, Padding::Reflect, torch::kFloat32);
  const torch::Tensor picture = torch::rand({1, 3, 160, 50});
  const auto features = [&](const torch::Tensor& x) {
    Maps maps;
    pass->forward(x, [&](const EncoderPass::Piece& piece) { put(maps, piece); }, false);
    return maps;
  };
  const Maps whole = features(picture), part = features(picture.slice(2, 32));
  for (const auto& [layer, map] : part) {
    const int64_t margin = map.size(2) / 4, offset = whole.at(layer).size(2) - map.size(2);
    EXPECT_TRUE(map.slice(2, margin).equal(whole.at(layer).slice(2, offset + margin))) << layer;
  }
}

TEST(EncoderPass, TakesWhatTheRowsCannotByOperators) {
  Encoder thin(Widths{{4, 4}, {6}}), squares = wide_encoder();
  squares->pooling = Pooling::L2;
  const std::set<std::string> two = {"relu1_1", "relu2_1"};
  for (const Encoder& encoder : {thin, squares})
    EXPECT_FALSE(make_pass(encoder, two, Padding::Reflect, torch::kFloat32)->is_exact_by_rows());
  const torch::Tensor dot = torch::rand({1, 3, 1, 1});
  const auto pass = make_pass(wide_encoder(), layers, Padding::Reflect, torch::kFloat32);
  EXPECT_EQ(through(*pass, dot).gradient.numel(), 3);
}

}  // namespace
}  // namespace pastiche
