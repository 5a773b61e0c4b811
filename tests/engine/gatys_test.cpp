#include "style/gatys.hpp"
#include "style/gatys_plan.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "fixtures.hpp"
#include "nets/encoder.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// Stripes of two colours: a style unlike the gradient.
Image striped_image(int width, int height, float red = 0.9f) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool on = (x + y) / 3 % 2 == 0;
      const float pixel[] = {on ? red : 0.1f, on ? 0.8f : 0.2f, 0.1f, 1};
      std::copy_n(pixel, 4, image.at(x, y));
    }
  return image;
}

double mean_of(const Image& image, int channel, int left = 0, int right = -1) {
  double sum = 0;
  if (right < 0) right = image.width;
  for (int y = 0; y < image.height; ++y)
    for (int x = left; x < right; ++x) sum += image.at(x, y)[channel];
  return sum / (double(right - left) * image.height);
}

/// A small encoder of random weights in a file of its own, and quick settings for it.
class Gatys : public testing::Test {
 protected:
  Gatys() {
    torch::manual_seed(1);
    const auto file = folder_ / "tiny.safetensors";
    save_weights(file, weights_of(*Encoder(Widths{{6}, {8}, {8}})),
                 {{"architecture", "encoder"}, {"padding", "reflect"}, {"pooling", "max"}});
    options_.encoder = file.string();
    options_.common.device = "cpu";
    options_.size = 48;
    options_.min_size = 24;
    options_.scale_factor = 2;
    options_.steps = 8;
    options_.first_steps = 0;
    options_.optimiser = "adam";
    options_.content_layers = "relu3_1";
    options_.style_layers = "relu1_1,relu2_1";
    pictures_["content"] = {gradient_image(48, 32)};
    pictures_["style"] = {striped_image(40, 40)};
  }

  Result run() const { return gatys(pictures_, options_, go_on); }
  Image paint() const { return run().image; }
  Result run_with(const char* optimiser) {
    options_ = {.encoder = options_.encoder, .size = 16, .steps = 1, .common = {.device = "cpu"}};
    options_.content_layers = options_.style_layers = "relu2_1";
    options_.optimiser = optimiser;
    return run();
  }
  static double fact(const Result& result, const char* name) {
    return std::stod(result.facts.at(name));
  }

  ScratchFolder folder_;
  GatysOptions options_;
  Pictures pictures_;
};

TEST_F(Gatys, KeepsAnySizeOfPicture) {
  for (const auto& [width, height] : {std::pair{48, 32}, {31, 50}, {1, 1}, {1, 400}, {3, 2}}) {
    pictures_["content"] = {gradient_image(width, height)};
    const Image painted = paint();
    EXPECT_EQ(painted.width, width);
    EXPECT_EQ(painted.height, height);
  }
}

TEST_F(Gatys, BringsTheStyleLossDown) {
  options_.content_weight = 0;
  options_.steps = 60;
  for (const char* loss : {"gram", "wasserstein"})
    for (const char* optimiser : {"adam", "lbfgs", "preconditioned"}) {
      options_.loss = loss;
      options_.optimiser = optimiser;
      const Result result = run();
      EXPECT_LT(fact(result, "style-loss"), 0.3 * fact(result, "style-loss-start"))
          << loss << " " << optimiser;
    }
}

TEST_F(Gatys, TakesTheOptimiserThatTheMemoryIsThereFor) {
  const auto taken = [&](int memory, const char* optimiser) {
    options_.common.memory = memory;
    options_.optimiser = optimiser;
    options_.size = 0;
    return plan_gatys({{"content", {{1500, 1500}}}, {"style", {{40, 40}}}}, options_)
        .options.optimiser;
  };
  EXPECT_EQ(taken(2000, "auto"), "preconditioned");
  EXPECT_EQ(taken(600, "auto"), "adam");
  EXPECT_EQ(taken(2000, "adam"), "adam");
  EXPECT_THROW(taken(600, "preconditioned"), Error);
  EXPECT_THROW(taken(200, "auto"), Error);
  EXPECT_EQ(run_with("auto").facts.at("optimiser"), "preconditioned");
}

TEST_F(Gatys, KeepsTheDetailOfThePictureFromScaleToScale) {
  // With next to nothing to change, it stays what it was.
  pictures_["content"] = {striped_image(48, 32)};
  options_.style_weight = 1e-6;
  options_.tv_weight = 0;
  options_.optimiser = "preconditioned";
  options_.learning_rate = 1e-3;
  EXPECT_LT(difference(paint(), pictures_["content"][0]), 0.02f);
}

TEST_F(Gatys, TellsWhatItDid) {
  const Result result = run();
  EXPECT_EQ(result.facts.at("steps"), "24");
  EXPECT_EQ(result.facts.at("scales"), "2");
  EXPECT_EQ(result.facts.at("size"), "48x32");
  EXPECT_EQ(result.facts.at("device"), "cpu");
  EXPECT_EQ(result.facts.at("model-sha256").size(), 64u);
}

TEST_F(Gatys, StaysNearerToTheContentTheMoreThatWeighs) {
  options_.content_weight = 0.01;
  const double loose = fact(run(), "content-loss");
  options_.content_weight = 10;
  EXPECT_LT(fact(run(), "content-loss"), 0.5 * loose);
}

TEST_F(Gatys, PaintsTheSameWithTheSameSeed) {
  options_.init = "noise";
  const Image once = paint();
  EXPECT_EQ(paint().pixels, once.pixels);
  options_.common.seed = 2;
  EXPECT_NE(paint().pixels, once.pixels);
}

TEST_F(Gatys, RunsSideBySideAsItRunsAlone) {
  options_.init = "uniform";
  const Image alone = paint();
  Image first, second;
  std::thread other([&] { first = paint(); });
  second = paint();
  other.join();
  EXPECT_EQ(first.pixels, alone.pixels);
  EXPECT_EQ(second.pixels, alone.pixels);
}

TEST_F(Gatys, StopsWithinOneStepWithThePictureSoFar) {
  int told = 0;
  std::string last;
  try {
    gatys(pictures_, options_, [&](double, std::string_view doing) {
      last = doing;
      return ++told < 20;
    });
    FAIL() << "it went on";
  } catch (const Cancelled& stopped) {
    EXPECT_EQ(told, 20);
    EXPECT_EQ(last, "Scale 2 of 2, step 4 of 8");
    ASSERT_TRUE(stopped.so_far);
    EXPECT_EQ(stopped.so_far->width, 48);
    EXPECT_GT(difference(*stopped.so_far, pictures_["content"][0]), 0.01f);
  }
}

TEST_F(Gatys, ProgressNeverGoesBackAndEndsAtOne) {
  double last = 0;
  gatys(pictures_, options_, [&](double done, std::string_view) {
    EXPECT_GT(done, last);
    last = done;
    return true;
  });
  EXPECT_NEAR(last, 1, 1e-9);
}

TEST_F(Gatys, BlendsStylesByWeight) {
  pictures_["style"] = {striped_image(40, 40, 0.9f), striped_image(40, 40, 0.0f)};
  const Image equal = paint();
  options_.style_weights = "3,3";
  EXPECT_LT(difference(paint(), equal), 1e-4f);
  options_.style_weights = "1,0";
  const Image red = paint();
  options_.style_weights = "0,1";
  EXPECT_GT(mean_of(red, 0), mean_of(paint(), 0) + 0.02);
  pictures_["style"] = {striped_image(40, 40, 0.9f)};
  options_.style_weights = "5";
  EXPECT_LT(difference(paint(), red), 1e-4f) << "a style of weight 0 is not there";
}

/// White to the left of `edge`, black to the right; or the other way round.
Image half_mask(int width, int height, int edge, bool left) {
  Image mask(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float white = (x < edge) == left ? 1.0f : 0.0f;
      const float pixel[] = {white, white, white, 1};
      std::copy_n(pixel, 4, mask.at(x, y));
    }
  return mask;
}

TEST_F(Gatys, PaintsEachStyleWhereItsMaskIsWhite) {
  pictures_["content"] = {Image(48, 32)};
  for (float& value : pictures_["content"][0].pixels) value = 0.5f;
  for (int i = 0; i < 48 * 32; ++i) pictures_["content"][0].pixels[4 * i + 3] = 1;
  pictures_["style"] = {striped_image(40, 40, 1.0f), striped_image(40, 40, 0.0f)};
  pictures_["mask"] = {half_mask(24, 16, 12, true), half_mask(48, 32, 24, false)};
  options_.content_weight = 0;
  options_.steps = 40;
  const Image painted = paint();
  EXPECT_GT(mean_of(painted, 0, 0, 20), mean_of(painted, 0, 28, 48) + 0.1);
}

TEST_F(Gatys, LeavesThePictureAloneWhereTheMaskIsBlack) {
  pictures_["mask"] = {half_mask(48, 32, 16, true)};
  options_.tv_weight = 0;
  const Image painted = paint();
  const Image& content = pictures_["content"][0];
  double near = 0, far = 0;
  for (int y = 0; y < 32; ++y)
    for (int c = 0; c < 3; ++c) {
      for (int x = 0; x < 12; ++x) near += std::abs(painted.at(x, y)[c] - content.at(x, y)[c]) / 12;
      for (int x = 32; x < 48; ++x) far += std::abs(painted.at(x, y)[c] - content.at(x, y)[c]) / 16;
    }
  EXPECT_LT(far, 0.5 * near);
}

TEST_F(Gatys, KeepsAlphaAndLetsHiddenPixelsChangeNothingThatIsSeen) {
  Image a = gradient_image(48, 32);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 20; ++x) a.at(x, y)[3] = 0;
  a.at(30, 10)[3] = 0.5f;
  Image b = a;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 20; ++x) std::fill_n(b.at(x, y), 3, 0.9f);
  pictures_["content"] = {a};
  const Image of_a = paint();
  pictures_["content"] = {b};
  const Image of_b = paint();
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 48; ++x) {
      ASSERT_EQ(of_a.at(x, y)[3], a.at(x, y)[3]);
      for (int c = 0; x >= 20 && c < 3; ++c) ASSERT_EQ(of_a.at(x, y)[c], of_b.at(x, y)[c]);
    }
}

TEST_F(Gatys, HiddenPixelsOfAStyleChangeNothing) {
  Image a = striped_image(40, 40);
  for (int x = 0; x < 40; ++x) a.at(x, 7)[3] = 0;
  Image b = a;
  for (int x = 0; x < 40; ++x) std::fill_n(b.at(x, 7), 3, 0.0f);
  pictures_["style"] = {a};
  const Image of_a = paint();
  pictures_["style"] = {b};
  EXPECT_EQ(paint().pixels, of_a.pixels);
}

Image rolled(const Image& image, int dx, int dy) {
  Image moved(image.width, image.height);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      std::copy_n(image.at(x, y), 4, moved.at((x + dx) % image.width, (y + dy) % image.height));
  return moved;
}

TEST_F(Gatys, TileableMovesWithThePicture) {
  options_.tileable = true;
  options_.min_size = 48;
  options_.pooling = "average";  // whose slope has no jumps for rounding to find
  const Image painted = paint();
  pictures_["content"] = {rolled(pictures_["content"][0], 16, 16)};
  EXPECT_LT(difference(paint(), rolled(painted, 16, 16)), 0.02f);
}

TEST_F(Gatys, TileableHasNoSeamAndOtherwiseThereIsOne) {
  // From noise nothing but the padding can make the edges meet.
  options_.init = "noise";
  options_.content_weight = 0;
  options_.tv_weight = 1;
  options_.steps = 60;
  const auto seam = [](const Image& image) {
    double edge = 0, inside = 0;
    for (int y = 0; y < image.height; ++y)
      for (int c = 0; c < 3; ++c) {
        edge += std::abs(image.at(0, y)[c] - image.at(image.width - 1, y)[c]);
        for (int x = 1; x < image.width; ++x)
          inside += std::abs(image.at(x, y)[c] - image.at(x - 1, y)[c]) / (image.width - 1);
      }
    return edge / inside;
  };
  const double open = seam(paint());
  options_.tileable = true;
  const double closed = seam(paint());
  EXPECT_LT(closed, 1.3);
  EXPECT_LT(closed, open);
}

TEST_F(Gatys, KeepsTheColoursWhenAsked) {
  Image& content = pictures_["content"][0];
  for (std::size_t i = 0; i < content.pixels.size(); i += 4)
    content.pixels[i] = content.pixels[i + 1] = content.pixels[i + 2];  // grey
  options_.colour = "luminance";
  const Image painted = paint();
  for (std::size_t i = 0; i < painted.pixels.size(); i += 4)
    ASSERT_NEAR(painted.pixels[i], painted.pixels[i + 2], 1e-5);
  options_.colour = "style";
  const Image coloured = paint();
  options_.colour = "match";
  const Image matched = paint();
  const auto tint = [](const Image& image) { return mean_of(image, 0) - mean_of(image, 2); };
  EXPECT_LT(std::abs(tint(matched)), std::abs(tint(coloured)));
}

TEST_F(Gatys, StartsFromWhatIsAskedFor) {
  options_.learning_rate = 1e-6;
  options_.averaging = 0;
  options_.min_size = 48;
  const auto start = [&](const char* init) {
    options_.init = init;
    return paint();
  };
  EXPECT_LT(difference(start("content"), pictures_["content"][0]), 1e-3f);
  EXPECT_NEAR(mean_of(start("grey"), 1), 0.5, 1e-3);
  EXPECT_NEAR(mean_of(start("noise"), 1), 0.5, 0.05);
  EXPECT_NEAR(mean_of(start("style"), 2), 0.1, 0.02);
  pictures_["init-picture"] = {striped_image(48, 32)};
  EXPECT_LT(difference(start("picture"), pictures_["init-picture"][0]), 1e-3f);
  EXPECT_LT(difference(start("content"), pictures_["init-picture"][0]), 1e-3f) << "it goes first";
}

TEST_F(Gatys, EverySettingMakesADifference) {
  const Image plain = paint();
  const std::pair<const char*, std::function<void(GatysOptions&)>> changes[] = {
      {"style-weight", [](auto& o) { o.style_weight = 0.01; }},
      {"content-weight", [](auto& o) { o.content_weight = 5; }},
      {"tv-weight", [](auto& o) { o.tv_weight = 20; }},
      {"content-layers", [](auto& o) { o.content_layers = "relu1_1", o.content_weight = 1; }},
      {"style-layers", [](auto& o) { o.style_layers = "relu1_1:10,relu3_1"; }},
      {"loss", [](auto& o) { o.loss = o.loss == "gram" ? "wasserstein" : "gram"; }},
      {"optimiser", [](auto& o) { o.optimiser = "lbfgs"; }},
      {"optimiser", [](auto& o) { o.optimiser = "preconditioned"; }},
      {"learning-rate", [](auto& o) { o.learning_rate = 0.1; }},
      {"averaging", [](auto& o) { o.averaging = 0; }},
      {"init", [](auto& o) { o.init = "grey"; }},
      {"pooling", [](auto& o) { o.pooling = "l2"; }},
      {"style-scale", [](auto& o) { o.style_scale = 0.5; }},
      {"style-size", [](auto& o) { o.style_size = 20; }},
      {"normalise-gradients", [](auto& o) { o.normalise_gradients = true; }},
      {"tileable", [](auto& o) { o.tileable = true; }},
      {"size", [](auto& o) { o.size = 40; }},
      {"size-by", [](auto& o) { o.size_by = "area"; }},
      {"min-size", [](auto& o) { o.min_size = 48; }},
      {"scale-factor", [](auto& o) { o.scale_factor = 1.4142; }},
      {"steps", [](auto& o) { o.steps = 4; }},
      {"first-steps", [](auto& o) { o.first_steps = 1; }},
  };
  const GatysOptions before = options_;
  for (const auto& [name, change] : changes) {
    options_ = before;
    change(options_);
    EXPECT_GT(difference(paint(), plain), 1e-3f) << name;
  }
}

TEST_F(Gatys, InBf16IsNearFp32) {
  const Image exact = paint();
  options_.common.precision = "bf16";
  const Image rounded = paint();
  double sum = 0;
  for (std::size_t i = 0; i < exact.pixels.size(); ++i)
    sum += std::abs(exact.pixels[i] - rounded.pixels[i]);
  EXPECT_LT(sum / double(exact.pixels.size()), 0.03);
}

TEST_F(Gatys, PaintsFlatPictures) {
  Image flat(32, 32);
  for (std::size_t i = 0; i < flat.pixels.size(); ++i) flat.pixels[i] = i % 4 == 3 ? 1 : 0.5f;
  for (const char* loss : {"gram", "wasserstein"}) {
    options_.loss = loss;
    pictures_["content"] = {flat};
    pictures_["style"] = {striped_image(40, 40)};
    EXPECT_NO_THROW(paint()) << loss;
    pictures_["style"] = {flat};
    EXPECT_NO_THROW(paint()) << loss;
  }
}

TEST_F(Gatys, RefusesWhatCannotBe) {
  using Kind = Error::Kind;
  struct {
    const char* what;
    std::function<void(GatysOptions&, Pictures&)> change;
    Kind kind;
    const char* word;  // that the sentence must have
  } cases[] = {
      {"layer", [](auto& o, auto&) { o.style_layers = "relu9_1"; }, Kind::BadSetting, "relu9_1"},
      {"layer", [](auto& o, auto&) { o.content_layers = "conv"; }, Kind::BadSetting, "conv"},
      {"list", [](auto& o, auto&) { o.style_layers = "relu1_1:x"; }, Kind::BadSetting, "relu1_1:x"},
      {"empty", [](auto& o, auto&) { o.style_layers = ""; }, Kind::BadSetting, "style-layers"},
      {"zero", [](auto& o, auto&) { o.style_layers = "relu1_1:0"; }, Kind::BadSetting, "above 0"},
      {"weights", [](auto& o, auto&) { o.style_weights = "1,2"; }, Kind::BadSetting, "2 weight"},
      {"weights", [](auto& o, auto&) { o.style_weights = "0"; }, Kind::BadSetting, "is 0"},
      {"weights", [](auto& o, auto&) { o.style_weights = "-1"; }, Kind::BadSetting, "-1"},
      {"init", [](auto& o, auto&) { o.init = "picture"; }, Kind::BadSetting, "init-picture"},
      {"masks",
       [](auto&, auto& p) { p["mask"] = {half_mask(4, 4, 2, true), half_mask(4, 4, 2, true)}; },
       Kind::BadSetting, "2 mask"},
      {"black", [](auto&, auto& p) { p["mask"] = {half_mask(4, 4, 0, true)}; }, Kind::BadImage,
       "black"},
      {"hidden", [](auto&, auto& p) { p["content"] = {Image(8, 8)}; }, Kind::BadImage, "content"},
      {"hidden", [](auto&, auto& p) { p["style"] = {Image(8, 8)}; }, Kind::BadImage, "style"},
      {"model", [](auto& o, auto&) { o.encoder = "no-such-encoder"; }, Kind::NoModel, "no-such"},
      {"memory", [](auto& o, auto&) { o.common.memory = 1; }, Kind::OutOfMemory, "MiB"},
  };
  const GatysOptions options = options_;
  const Pictures pictures = pictures_;
  for (const auto& c : cases) {
    options_ = options;
    pictures_ = pictures;
    c.change(options_, pictures_);
    try {
      paint();
      ADD_FAILURE() << c.what << " " << c.word << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, c.kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(c.word), std::string::npos) << error.what();
    }
  }
}

TEST_F(Gatys, SaysSoWhenTheLossIsNoNumber) {
  options_.style_weight = 1e300;
  options_.content_weight = 1e308;
  try {
    paint();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("weights"), std::string::npos) << error.what();
  }
}

TEST_F(Gatys, OnTheCardIsNearTheProcessor_CUDA) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  options_.common.precision = "fp32";
  options_.steps = 3;
  const Image exact = paint();
  options_.common.device = "cuda";
  EXPECT_LT(difference(paint(), exact), 0.02f);
}

}  // namespace
}  // namespace pastiche
