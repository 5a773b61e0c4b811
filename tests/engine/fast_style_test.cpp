#include "style/fast_style.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "fixtures.hpp"
#include "nets/transformer_net.hpp"
#include "stream/kernels.hpp"
#include "tensor_image.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

double mean_difference(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / double(a.pixels.size());
}

/// A small network of random weights in a file of its own, and options for it.
class FastStyle : public testing::Test {
 protected:
  FastStyle() {
    torch::manual_seed(1);
    TransformerNet net(4, 1, 2);
    {
      torch::NoGradGuard no_grad;
      net->named_parameters()["down2.shift"].uniform_(-2, 2);
    }
    const auto file = folder_ / "tiny.safetensors";
    save_weights(file, weights_of(*net),
                 {{"architecture", "transformer"}, {"styles", R"(["one","two"])"}});
    options_.model = file.string();
    options_.common.device = "cpu";
  }

  Image paint(const Image& content) const { return fast_style(content, options_, go_on).image; }

  Error::Kind refusal(const Image& content) const try {
    paint(content);
    return Error::Kind::Internal;
  } catch (const Error& error) {
    return error.kind;
  }

  ScratchFolder folder_;
  FastStyleOptions options_;
};

TEST_F(FastStyle, KeepsAnySizeOfPicture) {
  for (const auto& [width, height] : {std::pair{64, 48}, {33, 50}, {1, 1}, {1, 700}, {5, 2}}) {
    const Image styled = paint(gradient_image(width, height));
    EXPECT_EQ(styled.width, width);
    EXPECT_EQ(styled.height, height);
  }
}

TEST_F(FastStyle, ApproximatelyPaintsNearlyTheSame) {
  const Image large = gradient_image(2300, 400), exact = paint(large);
  options_.pass = "approximate";
  const Image near = paint(large);
  EXPECT_GT(difference(near, exact), 0);
  EXPECT_LT(mean_difference(near, exact), 0.02);
  EXPECT_EQ(near.at(7, 7)[3], 1);
  // By way of another size, and with what is hidden.
  options_.size = 1800;
  EXPECT_LT(mean_difference(paint(large), exact), 0.1);
}

TEST_F(FastStyle, PaintsASmallPictureExactlyInEitherPass) {
  const Image small = gradient_image(300, 200), exact = paint(small);
  options_.pass = "approximate";
  EXPECT_EQ(paint(small).pixels, exact.pixels);
}

TEST_F(FastStyle, AtStrengthZeroReturnsThePictureUntouched) {
  options_.strength = 0;
  Image content = gradient_image(16, 16);
  content.at(3, 3)[0] = 1.25f;  // outside sRGB
  EXPECT_EQ(paint(content).pixels, content.pixels);
}

TEST_F(FastStyle, AtHalfStrengthIsHalfWay) {
  const Image content = gradient_image(32, 32), whole = paint(content);
  options_.strength = 0.5;
  const Image half = paint(content);
  for (std::size_t i = 0; i < half.pixels.size(); ++i)
    ASSERT_NEAR(half.pixels[i], (content.pixels[i] + whole.pixels[i]) / 2, 1e-5);
}

TEST_F(FastStyle, KeepsWhatIsHiddenWhateverTheColours) {
  Image content = gradient_image(32, 24);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 10; ++x) {
      content.at(x, y)[0] = 1.5f;
      content.at(x, y)[3] = 0;
    }
  for (const char* colour : {"style", "luminance", "match"})
    for (const double strength : {0.4, 1.0})
      for (const int size : {0, 20}) {
        options_.colour = colour;
        options_.strength = strength;
        options_.size = size;
        const Image styled = paint(content);
        for (int y = 0; y < 24; ++y)
          for (int x = 0; x < 10; ++x)
            ASSERT_TRUE(std::equal(styled.at(x, y), styled.at(x, y) + 4, content.at(x, y)))
                << colour << " " << strength;
        EXPECT_GT(difference(styled, content), 1e-2f);
      }
}

TEST_F(FastStyle, MatchesTheColoursOfThePicture) {
  const Image content = gradient_image(48, 32);
  const auto statistics = [](const Image& image) {
    const torch::Tensor pixels = colours_of(image).reshape({3, -1}).to(torch::kFloat64);
    return torch::cat({pixels.mean(1), pixels.std(1)});
  };
  options_.colour = "match";
  EXPECT_LT((statistics(paint(content)) - statistics(content)).abs().max().item<double>(), 0.05);
}

TEST_F(FastStyle, LetsHiddenPixelsChangeNothingThatIsSeen) {
  Image a = gradient_image(32, 32);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 16; ++x) a.at(x, y)[3] = 0;
  Image b = a;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 16; ++x) std::fill_n(b.at(x, y), 3, 0.9f);
  const Image of_a = paint(a), of_b = paint(b);
  for (int y = 0; y < 32; ++y)
    for (int x = 16; x < 32; ++x)
      for (int c = 0; c < 4; ++c) ASSERT_EQ(of_a.at(x, y)[c], of_b.at(x, y)[c]);
}

TEST_F(FastStyle, BlendsStylesByWeight) {
  const Image content = gradient_image(32, 32);
  options_.style = "one";
  const Image one = paint(content);
  options_.style = "";
  EXPECT_EQ(paint(content).pixels, one.pixels) << "the first style is the default";
  options_.style = "one:3,two:0";
  EXPECT_LT(difference(paint(content), one), 1e-5f);
  options_.style = "two";
  EXPECT_GT(difference(paint(content), one), 1e-2f);
}

TEST_F(FastStyle, RefusesStylesItDoesNotHave) {
  for (const char* style : {"three", "one:x", "one:-1", "one:0", ":1", "one,,two"}) {
    options_.style = style;
    EXPECT_EQ(refusal(gradient_image(8, 8)), Error::Kind::BadSetting) << style;
  }
}

TEST_F(FastStyle, RefusesModelsThatAreNotThere) {
  options_.model = "no-such-model";
  EXPECT_EQ(refusal(gradient_image(8, 8)), Error::Kind::NoModel);
}

TEST_F(FastStyle, SaysWhichMemoryWouldDo) {
  options_.common.memory = 1;
  try {
    paint(gradient_image(512, 256));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::OutOfMemory);
    const std::string text = error.what();
    const auto at = text.find("memory ");
    ASSERT_NE(at, std::string::npos) << text;
    options_.common.memory = std::stoi(text.substr(at + 7));
  }
  EXPECT_LT(options_.common.memory, 16);
  EXPECT_EQ(paint(gradient_image(512, 256)).width, 512);
}

TEST_F(FastStyle, PaintsTheSameInLittleMemory) {
  options_.common.precision = "fp32";
  const Image content = gradient_image(300, 200), whole = paint(content);
  options_.common.memory = 4;
  EXPECT_LT(difference(paint(content), whole), 1e-5f);
}

TEST_F(FastStyle, StopsWhenTold) {
  const Progress stop = [](double, std::string_view) { return false; };
  EXPECT_THROW(fast_style(gradient_image(8, 8), options_, stop), Cancelled);
}

TEST_F(FastStyle, RunsSideBySideAsItRunsAlone) {
  const Image content = gradient_image(48, 48), alone = paint(content);
  Image first, second;
  std::thread other([&] { first = paint(content); });
  second = paint(content);
  other.join();
  EXPECT_EQ(first.pixels, alone.pixels);
  EXPECT_EQ(second.pixels, alone.pixels);
}

TEST_F(FastStyle, KeepsTheColoursWhenAsked) {
  Image content = gradient_image(32, 32);
  for (std::size_t i = 0; i < content.pixels.size(); i += 4)
    content.pixels[i] = content.pixels[i + 1] = content.pixels[i + 2];  // grey
  options_.colour = "luminance";
  const Image styled = paint(content);
  for (std::size_t i = 0; i < styled.pixels.size(); i += 4)
    ASSERT_NEAR(styled.pixels[i], styled.pixels[i + 2], 1e-5);
}

TEST_F(FastStyle, InBf16IsNearFp32) {
  const Image content = gradient_image(64, 64), exact = paint(content);
  options_.common.precision = "bf16";
  const Image rounded = paint(content);
  double sum = 0;
  for (std::size_t i = 0; i < exact.pixels.size(); ++i)
    sum += std::abs(exact.pixels[i] - rounded.pixels[i]);
  EXPECT_LT(sum / double(exact.pixels.size()), 0.02);
}

TEST_F(FastStyle, TellsWhichPrecisionItUsed) {
  const auto used = [&](const char* precision) {
    options_.common.precision = precision;
    return fast_style(gradient_image(16, 16), options_, go_on).facts.at("precision");
  };
  EXPECT_EQ(used("fp32"), "fp32");
  EXPECT_EQ(used("bf16"), stream::best_kernels(true).bf16 ? "bf16" : "fp32");
  EXPECT_EQ(used("auto"), stream::is_faster_in_bf16() ? "bf16" : "fp32");
}

TEST_F(FastStyle, OnTheCardIsNearTheProcessor_CUDA) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  options_.common.precision = "fp32";
  const Image content = gradient_image(64, 64), exact = paint(content);
  options_.common.device = "cuda";
  EXPECT_LT(difference(paint(content), exact), 1e-3f);
}

}  // namespace
}  // namespace pastiche
