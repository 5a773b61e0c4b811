#include "style/style_from_image.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "fixtures.hpp"
#include "nets/image_stylizer.hpp"
#include "pastiche/models.hpp"
#include "style/repaint.hpp"
#include "style/style_loss.hpp"
#include "tensor_image.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// Stripes of one colour and black.
Image striped_image(int width, int height, std::array<float, 3> colour, int period) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c)
        image.at(x, y)[c] = (x + y) / period % 2 ? colour[std::size_t(c)] : 0.05f;
      image.at(x, y)[3] = 1;
    }
  return image;
}

/// White from column `left` to before `right`, else black.
Image mask_image(int width, int height, int left, int right) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      std::fill_n(image.at(x, y), 3, x >= left && x < right ? 1.0f : 0.0f);
      image.at(x, y)[3] = 1;
    }
  return image;
}

const Widths tiny_widths = {{4, 4}, {4}, {6, 6}, {8}};

/// A small network of random weights that let much through.
ImageStylizer tiny_stylizer() {
  torch::manual_seed(1);
  ImageStylizer net(tiny_widths);
  torch::NoGradGuard no_grad;
  for (const auto& item : net->decoder->named_parameters())
    if (item.key().ends_with("weight")) item.value().mul_(2);
  return net;
}

const Metadata about = {
    {"architecture", "style-decoder"}, {"padding", "reflect"}, {"pooling", "max"}};

class StyleFromImage : public testing::Test {
 protected:
  StyleFromImage() {
    options_.model = (folder_ / "tiny.safetensors").string();
    save_weights(options_.model, weights_of(*tiny_stylizer()), about);
    options_.common.device = "cpu";
    options_.refine = 0;
    pictures_["content"] = {gradient_image(48, 32)};
    pictures_["style"] = {red_};
  }

  Image paint() const { return style_from_image(pictures_, options_, go_on).image; }

  Image paint_in(const std::vector<Image>& styles, const std::string& weights) {
    pictures_["style"] = styles;
    options_.style_weights = weights;
    return paint();
  }

  /// Mean over the layers, by the network's own encoder.
  double distance_to_style(const Image& painted) const {
    ImageStylizer net = tiny_stylizer();
    const auto seen = [&](const Image& image) {
      return moments_at(net, to_tensor(image, torch::kCPU));
    };
    const std::map<std::string, Moments> got = seen(painted);
    double sum = 0;
    for (const auto& [layer, style] : seen(pictures_.at("style")[0])) {
      const StyleLoss loss(StyleLoss::Kind::Wasserstein, style);
      sum += loss(got.at(layer)).item<double>();
    }
    return sum / double(got.size());
  }

  void expect_refused(Error::Kind kind, const std::string& words) const try {
    paint();
    ADD_FAILURE() << "taken, though " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, kind) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }

  const Image red_ = striped_image(40, 24, {0.9f, 0.1f, 0.1f}, 3);
  const Image blue_ = striped_image(24, 56, {0.1f, 0.3f, 1.0f}, 6);
  ScratchFolder folder_;
  StyleFromImageOptions options_;
  Pictures pictures_;
};

TEST_F(StyleFromImage, KeepsAnySizeOfPictureWithAnySizeOfStyle) {
  for (const auto& [width, height] : {std::pair{48, 32}, {33, 51}, {1, 1}, {1, 300}, {5, 2}})
    for (const auto& [style_width, style_height] : {std::pair{16, 16}, {17, 90}, {200, 20}}) {
      pictures_["content"] = {gradient_image(width, height)};
      pictures_["style"] = {gradient_image(style_width, style_height)};
      const Image painted = paint();
      EXPECT_EQ(painted.width, width);
      EXPECT_EQ(painted.height, height);
    }
}

TEST_F(StyleFromImage, AtStrengthZeroReturnsThePictureUntouched) {
  options_.strength = 0;
  Image& content = pictures_["content"][0];
  content.at(3, 3)[0] = 1.25f;  // outside sRGB
  EXPECT_EQ(paint().pixels, content.pixels);
}

TEST_F(StyleFromImage, GoesSmoothlyToThePictureAsStrengthGoes) {
  const Image whole = paint();
  EXPECT_GT(difference(whole, pictures_["content"][0]), 0.1f);
  options_.strength = 1e-7;  // random weights amplify what is left of the style
  EXPECT_LT(difference(paint(), pictures_["content"][0]), 0.01f);
  options_.strength = 1 - 1e-7;
  EXPECT_LT(difference(paint(), whole), 0.01f);
}

TEST_F(StyleFromImage, IsNearerToTheStyleWhenRefined) {
  const double in_one_pass = distance_to_style(paint());
  options_.refine = 40;
  EXPECT_LT(distance_to_style(paint()), 0.7 * in_one_pass);
}

TEST_F(StyleFromImage, TakesPartOfTheRefinementAtPartialStrength) {
  options_.strength = 0.5;
  const Image painted = paint();
  options_.refine = 10;
  const Image half = paint();
  EXPECT_GT(difference(half, painted), 0.01f);
  options_.strength = 1e-7;
  EXPECT_LT(difference(paint(), pictures_["content"][0]), 0.01f);
}

TEST_F(StyleFromImage, RefinesNothingButWhatMasksShow) {
  options_.refine = 10;
  pictures_["mask"] = {mask_image(48, 32, 0, 20)};
  const Image painted = paint();
  for (int y = 0; y < 32; ++y)
    for (int x = 20; x < 48; ++x)
      for (int c = 0; c < 3; ++c)
        ASSERT_NEAR(painted.at(x, y)[c], pictures_["content"][0].at(x, y)[c], 1e-6);
}

TEST_F(StyleFromImage, KeepsWhatIsRefinedWhenStopped) {
  options_.refine = 10;
  try {
    style_from_image(pictures_, options_, [](double, std::string_view doing) {
      return doing != "Refining, step 5 of 10";
    });
    FAIL() << "not stopped";
  } catch (const Cancelled& stopped) {
    ASSERT_TRUE(stopped.so_far);
    options_.refine = 5;
    EXPECT_EQ(stopped.so_far->pixels, paint().pixels);
  }
}

TEST_F(StyleFromImage, BlendsStylesByTheirShares) {
  const Image red = paint_in({red_}, ""), blue = paint_in({blue_}, "");
  EXPECT_GT(difference(red, blue), 0.05f);
  EXPECT_EQ(paint_in({red_, blue_}, "3,0").pixels, red.pixels);
  EXPECT_EQ(paint_in({red_, blue_}, "0,1").pixels, blue.pixels);
  EXPECT_LT(difference(paint_in({red_, red_}, "2,5"), red), 1e-3f);
  const Image both = paint_in({red_, blue_}, "1,1");
  EXPECT_GT(difference(both, red), 0.01f);
  EXPECT_GT(difference(both, blue), 0.01f);
}

TEST_F(StyleFromImage, PaintsEachStyleWhereItsMaskIsWhite) {
  pictures_["mask"] = {mask_image(48, 32, 0, 20), mask_image(48, 32, 20, 48)};
  const Image both = paint_in({red_, blue_}, "");
  pictures_["mask"].pop_back();
  const Image left = paint_in({red_}, "");
  pictures_["mask"] = {mask_image(48, 32, 20, 48)};
  const Image right = paint_in({blue_}, "");
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 48; ++x)
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(both.at(x, y)[c], (x < 20 ? left : right).at(x, y)[c], 1e-5);
        if (x >= 20) {
          ASSERT_NEAR(left.at(x, y)[c], pictures_["content"][0].at(x, y)[c], 1e-6);
        }
      }
}

TEST_F(StyleFromImage, LooksOnlyAtTheRegionThatIsPainted) {
  pictures_["content"] = {gradient_image(96, 32)};
  pictures_["mask"] = {mask_image(96, 32, 0, 16)};
  const Image before = paint();
  Image& content = pictures_["content"][0];
  for (int y = 0; y < 32; ++y)
    for (int x = 80; x < 96; ++x) content.at(x, y)[1] = 0;
  const Image after = paint();
  // Convolutions see past the border; of statistics, which reach all over, there is no trace.
  for (int y = 0; y < 32; ++y)
    for (int c = 0; c < 3; ++c) ASSERT_NEAR(before.at(0, y)[c], after.at(0, y)[c], 1e-4);
}

TEST_F(StyleFromImage, LetsHiddenPixelsChangeNothingThatIsSeen) {
  const auto hide = [](Image image, float value) {
    for (int y = 0; y < image.height; ++y)
      for (int x = 0; x < image.width / 2; ++x) {
        std::fill_n(image.at(x, y), 3, value);
        image.at(x, y)[3] = 0;
      }
    return image;
  };
  std::vector<Image> painted;
  for (const float value : {0.0f, 0.9f}) {
    pictures_["content"] = {hide(gradient_image(48, 32), value)};
    pictures_["style"] = {hide(red_, value)};
    painted.push_back(paint());
  }
  for (int y = 0; y < 32; ++y)
    for (int x = 24; x < 48; ++x)
      for (int c = 0; c < 4; ++c) ASSERT_EQ(painted[0].at(x, y)[c], painted[1].at(x, y)[c]);
}

TEST_F(StyleFromImage, TellsItsStatisticsAndScalesApart) {
  const Image first = paint();
  for (const char* statistics : {"adain", "whitening"}) {
    options_.statistics = statistics;
    EXPECT_GT(difference(paint(), first), 1e-3f) << statistics;
  }
  for (const StyleFromImageOptions& other :
       {StyleFromImageOptions{.model = options_.model, .detail = 0, .refine = 0},
        {.model = options_.model, .refine = 0, .style_scale = 0.5},
        {.model = options_.model, .refine = 0, .size = 24}}) {
    options_ = other;
    EXPECT_GT(difference(paint(), first), 1e-3f);
  }
}

TEST_F(StyleFromImage, PaintsPlainPictures) {
  for (const char* statistics : {"transport", "adain", "whitening"}) {
    options_.statistics = statistics;
    pictures_["content"] = {mask_image(40, 40, 0, 40)};
    pictures_["style"] = {mask_image(40, 40, 0, 0)};
    EXPECT_NO_THROW(paint()) << statistics;  // NaN would be an error
  }
}

TEST_F(StyleFromImage, KeepsTheColoursWhenAsked) {
  Image& content = pictures_["content"][0];
  for (std::size_t i = 0; i < content.pixels.size(); i += 4)
    content.pixels[i] = content.pixels[i + 1] = content.pixels[i + 2];  // grey
  const Image coloured = paint();
  options_.colour = "match";
  EXPECT_GT(difference(paint(), coloured), 1e-3f);
  options_.colour = "luminance";
  const Image painted = paint();
  for (std::size_t i = 0; i < painted.pixels.size(); i += 4)
    ASSERT_NEAR(painted.pixels[i], painted.pixels[i + 2], 1e-5);
}

TEST_F(StyleFromImage, RefusesWhatItCannotTake) {
  const StyleFromImageOptions good = options_;
  pictures_["style"] = {gradient_image(3, 3)};
  expect_refused(Error::Kind::BadImage, "has 3x3 pixels");
  pictures_["style"] = {red_, blue_};
  options_.style_weights = "1";
  expect_refused(Error::Kind::BadSetting, "1 weight(s) for 2 style picture(s)");
  options_.style_weights = "0,0";
  expect_refused(Error::Kind::BadSetting, "0 for every style");
  options_ = good;
  pictures_["mask"] = {mask_image(8, 8, 0, 4)};
  expect_refused(Error::Kind::BadSetting, "1 mask(s) for 2 style picture(s)");
  pictures_["mask"] = {mask_image(8, 8, 0, 0), mask_image(8, 8, 0, 0)};
  expect_refused(Error::Kind::BadImage, "black");
  pictures_.erase("mask");
  options_.model = "no-such-model";
  expect_refused(Error::Kind::NoModel, "no-such-model");
}

TEST_F(StyleFromImage, RefusesModelsThatAreNone) {
  save_weights(options_.model, weights_of(*Encoder(tiny_widths)), {{"architecture", "encoder"}});
  expect_refused(Error::Kind::NoModel, "\"style-decoder\" is needed");
  auto tensors = weights_of(*tiny_stylizer());
  tensors["decoder.conv1_1.weight"] = torch::zeros({3});
  save_weights(options_.model, tensors, about);
  expect_refused(Error::Kind::NoModel, "conv1_1");
  tensors.erase("decoder.conv1_1.weight");
  save_weights(options_.model, tensors, about);
  expect_refused(Error::Kind::NoModel, "conv1_1");
}

TEST_F(StyleFromImage, HasModelsThatTheStoreKnows) {
  EXPECT_NO_THROW(verify_model(find_model(options_.model, "", "")));
  for (const char* name : {"encoder.conv4_1.weight", "decoder.conv3_2.weight",
                           "decoder.conv2_1.bias", "decoder.conv1_1.weight"}) {
    auto tensors = weights_of(*tiny_stylizer());
    tensors[name] = tensors[name].repeat_interleave(2, 0);
    save_weights(options_.model, tensors, about);
    EXPECT_THROW(verify_model(find_model(options_.model, "", "")), Error) << name;
  }
}

TEST_F(StyleFromImage, SaysWhichSizeFitsTheMemory) {
  pictures_["content"] = {gradient_image(512, 256)};
  options_.common.memory = 240;
  try {
    paint();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::OutOfMemory);
    const std::string text = error.what();
    const auto at = text.find("size ");
    ASSERT_NE(at, std::string::npos) << text;
    options_.size = std::stoi(text.substr(at + 5));
  }
  EXPECT_GT(options_.size, 16);
  EXPECT_EQ(paint().width, 512);
}

TEST_F(StyleFromImage, StopsWhenTold) {
  for (int calls = 0; calls < 3; ++calls) {
    int left = calls;
    const Progress stop = [&](double, std::string_view) { return left-- > 0; };
    EXPECT_THROW(style_from_image(pictures_, options_, stop), Cancelled) << calls;
  }
}

TEST_F(StyleFromImage, RunsSideBySideAsItRunsAlone) {
  const Image alone = paint();
  Image first, second;
  std::thread other([&] { first = paint(); });
  second = paint();
  other.join();
  EXPECT_EQ(first.pixels, alone.pixels);
  EXPECT_EQ(second.pixels, alone.pixels);
}

TEST_F(StyleFromImage, InBf16IsNearFp32) {
  const Image exact = paint();
  options_.common.precision = "bf16";
  const Image rounded = paint();
  double sum = 0;
  for (std::size_t i = 0; i < exact.pixels.size(); ++i)
    sum += std::abs(exact.pixels[i] - rounded.pixels[i]);
  EXPECT_LT(sum / double(exact.pixels.size()), 0.04);
}

TEST_F(StyleFromImage, OnTheCardIsNearTheProcessor_CUDA) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  options_.common.precision = "fp32";
  const Image exact = paint();
  options_.common.device = "cuda";
  EXPECT_LT(difference(paint(), exact), 1e-2f);
}

TEST(Restyle, GivesFeaturesTheStatisticsOfTheStyle) {
  torch::manual_seed(2);
  // Correlated both: of white features the two maps would be one.
  const auto mixed = [](int64_t height, int64_t width) {
    return torch::conv2d(torch::randn({1, 5, height, width}), torch::randn({5, 5, 1, 1}));
  };
  const torch::Tensor content = mixed(24, 20), style = mixed(16, 30) + 2;
  const Moments from = moments(content), to = moments(style);
  std::map<Transform, double> way;
  for (const Transform transform : {Transform::AdaIN, Transform::Whitening, Transform::Transport}) {
    const torch::Tensor result = restyle(from, to, transform)(content);
    const Moments got = moments(result);
    EXPECT_TRUE(got.mean.allclose(to.mean, 1e-3, 1e-2));
    EXPECT_TRUE(got.covariance.diagonal().allclose(to.covariance.diagonal(), 0.05, 0.05));
    EXPECT_EQ(got.covariance.allclose(to.covariance, 0.05, 0.1), transform != Transform::AdaIN);
    way[transform] = (result - content).square().sum().item<double>();
    EXPECT_TRUE(restyle(from, from, transform)(content).allclose(content, 1e-3, 1e-3));
  }
  EXPECT_LT(way[Transform::Transport], 0.99 * way[Transform::Whitening]);
}

TEST(ImageStylizer, LearnsFromEveryParameterOfItsDecoder) {
  ImageStylizer net = tiny_stylizer();
  const torch::Tensor picture = torch::rand({2, 3, 32, 24});
  const torch::Tensor deepest = net->encoder(picture, net->layers()).at("relu4_1");
  const torch::Tensor painted = net->decoder(deepest);
  EXPECT_EQ(painted.sizes(), picture.sizes());
  painted.square().mean().backward();
  for (const auto& item : net->decoder->named_parameters())
    EXPECT_TRUE(item.value().grad().defined()) << item.key();
}

TEST(ImageStylizer, StepsBackFromLayerToLayer) {
  ImageStylizer net = tiny_stylizer();
  const Features features = net->encoder(torch::rand({1, 3, 32, 24}), net->layers());
  for (int block = 4; block > 1; --block)
    EXPECT_EQ(net->decoder->step(features.at(first_layer(block)), block).sizes(),
              features.at(first_layer(block - 1)).sizes());
  EXPECT_EQ(net->decoder->step(features.at("relu1_1"), 1).size(1), 3);
}

}  // namespace
}  // namespace pastiche
