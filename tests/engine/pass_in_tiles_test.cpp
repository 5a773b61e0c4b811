#include "style/pass_in_tiles.hpp"

#include <gtest/gtest.h>

#include "random_net.hpp"
#include "stream/painting.hpp"
#include "style/stream_net.hpp"

namespace pastiche {
namespace {

const auto go_on = [](double) { return true; };
const stream::Limits plenty = {.memory = std::size_t(1) << 32, .threads = 2};
const stream::Kernels& kernels = stream::best_kernels(false);

/// A network with the norms that it has for a picture of its own.
struct WithNorms {
  WithNorms() {
    const torch::Tensor other = picture(64, 80);
    norms =
        *stream::norms_of(network, kernels, canvas_between(other, other, broken), plenty, go_on);
    net->keep_norms(other, torch::ones({1, 1}));
  }

  torch::Tensor operator()(const torch::Tensor& x) {
    torch::Tensor y = torch::full(x.sizes(), NAN);
    EXPECT_TRUE(
        stream::paint(network, kernels, canvas_between(x, y, broken), plenty, go_on, &norms));
    return y;
  }

  std::atomic<bool> broken = false;
  TransformerNet net = random_net(4, 2, 1);
  stream::Network network = network_of(net, torch::ones({1, 1}));
  stream::Norms norms;
};

TEST(PassInTiles, EqualsThePassOfTheWholeWithTheSameNorms) {
  WithNorms painter;
  for (const auto& [height, width] : {std::pair{1700, 130}, {90, 4300}, {771, 2050}}) {
    torch::Tensor x = picture(height, width);
    const torch::Tensor whole = painter(x);
    int tiles = 0;
    TilesPass{.size = {width, height},
              .reach = stream::reach_of(2),
              .read = reader_of(x),
              .paint = [&](const torch::Tensor& tile) { return painter(tile); },
              .take =
                  [&](int top, int left, const torch::Tensor& tile) {  // painted over
                    x.narrow(2, top, tile.size(2)).narrow(3, left, tile.size(3)).copy_(tile);
                    ++tiles;
                  },
              .tell = [](double) {}}
        .run();
    EXPECT_GT(tiles, 1);
    EXPECT_LT(furthest(x, whole), 1e-5f) << width << "x" << height;
  }
}

TEST(PassInTiles, TakesTheNormsThatAPictureHas) {
  TransformerNet net = random_net(4, 2, 1);
  const stream::Network network = network_of(net, torch::ones({1, 1}));
  const torch::Tensor x = picture(96, 120);
  torch::Tensor exact = torch::empty_like(x), with_norms = torch::empty_like(x);
  std::atomic<bool> broken = false;
  stream::paint(network, kernels, canvas_between(x, exact, broken), plenty, go_on);
  const auto norms =
      stream::norms_of(network, kernels, canvas_between(x, x, broken), plenty, go_on);
  stream::paint(network, kernels, canvas_between(x, with_norms, broken), plenty, go_on, &*norms);
  EXPECT_LT(furthest(exact, with_norms), 1e-5f);
}

TEST(PassInTiles, KeepsTheNormsInTheNetworkItselfToo) {
  WithNorms painter;
  const torch::Tensor x = picture(48, 64);
  const torch::Tensor kept = painter.net(x, torch::ones({1, 1})).clamp(0, 1);
  EXPECT_LT(furthest(kept, painter(x)), 1e-4f);
  EXPECT_GT(furthest(kept, random_net(4, 2, 1)(x, torch::ones({1, 1})).clamp(0, 1)), 1e-2f);
}

TEST(PassInTiles, TakesSamplesFromAllOver) {
  // Each pixel tells where it is.
  const stream::Grid size = {4000, 900};
  const auto read = [&](int row, float* rgb) {
    for (int x = 0; x < size.width; ++x) {
      rgb[3 * x] = float(row);
      rgb[3 * x + 1] = float(x);
      rgb[3 * x + 2] = 0;
    }
  };
  const torch::Tensor samples = samples_of(size, read);
  EXPECT_EQ(samples.size(2), sampled_size(size).height);
  EXPECT_EQ(samples.size(3), sampled_size(size).width);
  EXPECT_LE(samples.size(3), sampled_side);
  EXPECT_EQ(samples[0][0].min().item<float>(), 0);
  EXPECT_EQ(samples[0][0].max().item<float>(), 899);
  EXPECT_EQ(samples[0][1].min().item<float>(), 0);
  EXPECT_EQ(samples[0][1].max().item<float>(), 3999);
  const torch::Tensor step = samples[0][1][0].diff();
  EXPECT_EQ((step != 1).sum().item<int>(), samples.size(3) / sample_side - 1);
  EXPECT_EQ(sampled_size({5000, 100}).height, 100);
}

}  // namespace
}  // namespace pastiche
