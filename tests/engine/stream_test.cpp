#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "fixtures.hpp"
#include "pastiche/error.hpp"
#include "random_net.hpp"
#include "stream/bands.hpp"
#include "stream/painting.hpp"
#include "stream/resize_rows.hpp"
#include "stream/row_store.hpp"
#include "style/stream_net.hpp"
#include "tensor_image.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const auto go_on = [](double) { return true; };
const stream::Limits plenty = {.memory = std::size_t(1) << 32, .threads = 2};

torch::Tensor blend() { return torch::tensor({0.25f, 0.75f}).view({1, 2}); }

/// The network itself, on the picture continued to multiples of 4; clamped.
torch::Tensor whole(TransformerNet& net, const torch::Tensor& x) {
  const int64_t height = x.size(2), width = x.size(3);
  const torch::Tensor padded =
      torch::replication_pad2d(x, {0, (4 - width % 4) % 4, 0, (4 - height % 4) % 4});
  return net(padded, blend()).narrow(2, 0, height).narrow(3, 0, width).clamp(0, 1);
}

torch::Tensor streamed(TransformerNet& net, const torch::Tensor& x,
                       const stream::Limits& limits = plenty,
                       const stream::Kernels& kernels = stream::best_kernels(false)) {
  const torch::Tensor y = torch::full_like(x, -1);
  std::atomic<bool> broken = false;
  EXPECT_TRUE(stream::paint(network_of(net, blend()), kernels, canvas_between(x, y, broken), limits,
                            go_on));
  EXPECT_FALSE(broken);
  return y;
}

double psnr(const torch::Tensor& a, const torch::Tensor& b) {
  return -10 * std::log10((a - b).square().mean().item<double>());
}

TEST(Stream, EqualsTheNetworkAtAnySize) {
  TransformerNet net = random_net(4, 2, 2);
  for (const auto& [height, width] : std::vector<std::pair<int, int>>{
           {48, 64}, {33, 50}, {7, 6}, {5, 9}, {700, 8}, {12, 1001}, {131, 257}}) {
    const torch::Tensor x = picture(height, width);
    EXPECT_LT(furthest(streamed(net, x), whole(net, x)), 1e-4f) << width << "x" << height;
  }
}

TEST(Stream, IsNearTheNetworkWhereNormsHaveOnePixel) {
  TransformerNet net = random_net(4, 2, 2);
  const torch::Tensor x = picture(2, 3);
  // No variance: what was rounded off is magnified 300 times, in the network itself too.
  EXPECT_LT(furthest(streamed(net, x), whole(net, x)), 2e-2f);
}

TEST(Stream, EqualsNetworksOfAnyShape) {
  const torch::Tensor x = picture(40, 56);
  for (const auto& [width, residuals] : std::vector<std::pair<int, int>>{
           {1, 1}, {3, 0}, {5, 1}, {16, 1}, {24, 2}, {33, 1}, {40, 1}}) {
    TransformerNet net = random_net(width, residuals, 2);
    EXPECT_LT(furthest(streamed(net, x), whole(net, x)), 1e-4f) << width << ", " << residuals;
  }
}

TEST(Stream, IsTheSameWithEveryInstructionSet) {
  TransformerNet net = random_net(9, 1, 2);
  const torch::Tensor x = picture(50, 61), exact = whole(net, x);
  EXPECT_LT(furthest(streamed(net, x, plenty, stream::plain_kernels()), exact), 1e-4f);
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    EXPECT_LT(furthest(streamed(net, x, plenty, stream::avx2_kernels()), exact), 1e-4f);
  }
#endif
}

TEST(Stream, IsTheSameInAnyMemory) {
  const ScratchFolder folder;
  TransformerNet net = random_net(8, 2, 2);
  const torch::Tensor x = picture(500, 300), exact = whole(net, x);
  stream::Limits limits = {.memory = 0, .threads = 2, .folder = folder.path()};
  std::size_t least = 0;
  for (const std::size_t kib : {24000, 16000, 8000, 6000, 4000, 2000, 1000}) {
    limits.memory = kib << 10;
    try {
      EXPECT_LT(furthest(streamed(net, x, limits), exact), 1e-4f) << kib;
      least = kib;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::OutOfMemory) << error.what();
      break;
    }
  }
  EXPECT_LE(least, 4000u) << "the activations alone are 9 MiB";
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Stream, IsTheSameOnAnyNumberOfThreads) {
  TransformerNet net = random_net(4, 1, 2);
  const torch::Tensor x = picture(200, 60), two = streamed(net, x);
  for (const int threads : {1, 5})
    EXPECT_TRUE(streamed(net, x, {.memory = plenty.memory, .threads = threads}).equal(two));
}

TEST(Stream, InBf16IsNearTheNetwork) {
  const stream::Kernels& kernels = stream::best_kernels(true);
  if (!kernels.bf16) GTEST_SKIP() << "no AVX512-BF16";
  const ScratchFolder folder;
  for (const auto& [width, residuals] : std::vector<std::pair<int, int>>{{24, 3}, {5, 1}}) {
    TransformerNet net = random_net(width, residuals, 2);
    const torch::Tensor x = picture(130, 170), exact = whole(net, x);
    EXPECT_GT(psnr(streamed(net, x, plenty, kernels), exact), 40);
  }
}

TEST(Stream, PaintsTheShippedStylesInBf16At40Decibels) {
  const stream::Kernels& kernels = stream::best_kernels(true);
  if (!kernels.bf16) GTEST_SKIP() << "no AVX512-BF16";
  TransformerNet net =
      load_transformer(TensorFile(PASTICHE_SOURCE "/models/pastiche-styles.safetensors"));
  const torch::Tensor x = picture(192, 256), exact = torch::empty_like(x), near = exact.clone();
  for (const int64_t row : {0, 7, 20, 31}) {
    const torch::Tensor style = torch::zeros({1, net->rows()});
    style[0][row] = 1;
    std::atomic<bool> broken = false;
    const stream::Network network = network_of(net, style);
    stream::paint(network, stream::best_kernels(false), canvas_between(x, exact, broken), plenty,
                  go_on);
    stream::paint(network, kernels, canvas_between(x, near, broken), plenty, go_on);
    EXPECT_GT(psnr(near, exact), 40) << row;
  }
}

TEST(Stream, StopsWhenTold) {
  TransformerNet net = random_net(4, 1, 2);
  const torch::Tensor x = picture(64, 64), y = torch::empty_like(x);
  std::atomic<bool> broken = false;
  int calls = 0;
  EXPECT_FALSE(stream::paint(network_of(net, blend()), stream::best_kernels(false),
                             canvas_between(x, y, broken), plenty,
                             [&](double) { return ++calls < 3; }));
  EXPECT_EQ(calls, 3);
}

TEST(Stream, SaysInOneSentenceWhereItCannotKeepATemporaryFile) {
  TransformerNet net = random_net(8, 1, 2);
  const torch::Tensor x = picture(500, 300);
  const stream::Limits limits = {.memory = 3 << 20, .threads = 1, .folder = "/no/such/folder"};
  try {
    streamed(net, x, limits);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::OutOfMemory);
    EXPECT_NE(std::string(error.what()).find("/no/such/folder"), std::string::npos) << error.what();
  }
}

TEST(Stream, KeepsToMemoryWhereNoFileCanBe) {
  TransformerNet net = random_net(8, 1, 2);
  const torch::Tensor x = picture(500, 300);
  stream::Limits limits = plenty;
  limits.in_memory = 0;
  limits.folder = "/no/such/folder";
  EXPECT_LT(furthest(streamed(net, x, limits), whole(net, x)), 1e-4f);
}

TEST(Stream, PaintsAPictureOver) {
  TransformerNet net = random_net(4, 1, 2);
  const torch::Tensor x = picture(70, 50), apart = streamed(net, x);
  for (const std::size_t in_memory : {std::size_t(0), plenty.memory}) {
    const torch::Tensor over = x.clone();
    std::atomic<bool> broken = false;
    stream::Limits limits = plenty;
    limits.in_memory = in_memory;
    limits.folder = stream::spill_folder();
    EXPECT_TRUE(stream::paint(network_of(net, blend()), stream::best_kernels(false),
                              canvas_between(over, over, broken), limits, go_on));
    EXPECT_TRUE(over.equal(apart));
  }
}

TEST(ResizeRows, MakesWhatResizeMakes) {
  for (const auto& [from, to] :
       std::vector<std::pair<stream::Grid, stream::Grid>>{{{64, 48}, {32, 24}},
                                                          {{64, 48}, {41, 31}},
                                                          {{33, 50}, {100, 131}},
                                                          {{33, 50}, {20, 80}},
                                                          {{1, 1}, {5, 3}},
                                                          {{300, 200}, {7, 1}}}) {
    const torch::Tensor x = torch::rand({1, 3, from.height, from.width});
    const torch::Tensor y = torch::empty({1, 3, to.height, to.width});
    std::atomic<bool> broken = false;
    stream::resize_rows(from, reader_of(x), to, writer_to(y, broken), 2);
    EXPECT_LT(furthest(y, resize(x, to.height, to.width)), 1e-4f) << to.width << "x" << to.height;
  }
}

TEST(RowStore, GivesBackWhatWasWritten) {
  const ScratchFolder folder;
  for (const auto& place : {std::filesystem::path(), folder.path()})
    for (const int threads : {1, 3}) {
      stream::RowStore store(64, 26, threads, place);
      std::vector<std::byte> buffer(64);
      const stream::Places even = {0, 2}, odd = {1, 2};
      for (int row = 0; row < 13; ++row)
        for (const auto* places : {&even, &odd}) {
          const int at = places->of(row);
          std::byte* to = store.place(at, buffer.data());
          std::fill_n(to, 64, std::byte(row + 100 * places->first));
          store.write(at, to);
        }
      for (int row = 0; row < 13; ++row) {
        EXPECT_EQ(store.read(even.of(row), buffer.data())[63], std::byte(row));
        EXPECT_EQ(store.read(odd.of(row), buffer.data())[0], std::byte(row + 100));
      }
    }
}

TEST(RowStore, RefusesWhatNoDiskHolds) {
  const ScratchFolder folder;
  try {
    stream::RowStore(std::size_t(1) << 40, 1 << 12, 2, folder.path());
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::OutOfMemory) << error.what();
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(InBands, ThrowsOnWhatOneBandThrew) {
  EXPECT_THROW(stream::in_bands(8, 3,
                                [](int band, int) {
                                  if (band == 5) throw std::runtime_error("five");
                                  return true;
                                }),
               std::runtime_error);
}

TEST(InBands, WorksOnEachBandOnce) {
  std::vector<std::atomic<int>> done(100);
  EXPECT_TRUE(
      stream::in_bands(100, 4, [&](int band, int) { return ++done[std::size_t(band)] > 0; }));
  EXPECT_TRUE(std::ranges::all_of(done, [](const auto& times) { return times == 1; }));
}

TEST(InBands, StartsNoneAfterOneThatSaysNo) {
  int done = 0;
  EXPECT_FALSE(stream::in_bands(10, 1, [&](int band, int) { return ++done, band < 3; }));
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace pastiche
