#include "style/refine.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "nets/transformer_net.hpp"
#include "style/fast_style.hpp"
#include "style/style_statistics.hpp"
#include "tensor_image.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

torch::Tensor picture(double mean, double deviation, int64_t side = 40) {
  return (mean + deviation * torch::randn({1, 3, side, side})).clamp(0, 1);
}

/// A small encoder, and a small network of two styles whose statistics it has seen.
class Refine : public testing::Test {
 protected:
  Refine() {
    torch::manual_seed(1);
    eye_ = Encoder(Widths{{4}, {6}, {6}, {6}, {6}});
    save_weights(folder_ / "eye.safetensors", weights_of(*eye_), {{"architecture", "encoder"}});
    eye_model_ = find_model((folder_ / "eye.safetensors").string(), "encoder");
    pictures_ = {picture(0.2, 0.1), picture(0.8, 0.3)};
    seen_ = statistics_of(eye_, pictures_);
    options_.model = (folder_ / "tiny.safetensors").string();
    options_.models = folder_.path().string();
    options_.refine = 12;
    options_.common.device = "cpu";
    options_.common.precision = "fp32";
    write(tensors_of(seen_), statistics_metadata(eye_model_));
  }

  /// The network's file, with these besides.
  void write(std::map<std::string, torch::Tensor> tensors, Metadata metadata) const {
    torch::manual_seed(2);
    tensors.merge(weights_of(*TransformerNet(4, 1, 2)));
    metadata.merge(
        Metadata{{"architecture", "transformer"}, {"styles", R"(["one","two"])"}});
    save_weights(options_.model, tensors, metadata);
  }

  Image paint(const Image& content) const { return fast_style(content, options_, go_on).image; }

  /// How far a picture is from a style's statistics at the first layer, relative.
  double distance(const Image& image, int64_t style) {
    torch::NoGradGuard no_grad;
    const Moments ours = statistics_of(eye_, {to_tensor(image, torch::kCPU)}).at("relu1_1");
    const Moments& all = seen_.at("relu1_1");
    const Moments target = {all.mean[style], all.covariance[style]};
    return StyleLoss(StyleLoss::Kind::Gram, target)({ours.mean[0], ours.covariance[0]})
        .item<double>();
  }

  std::pair<Error::Kind, std::string> refusal() const try {
    paint(gradient_image(32, 32));
    return {Error::Kind::Internal, "nothing"};
  } catch (const Error& error) {
    return {error.kind, error.what()};
  }

  ScratchFolder folder_;
  Encoder eye_ = nullptr;
  Model eye_model_;
  std::vector<torch::Tensor> pictures_;
  StyleMoments seen_;
  FastStyleOptions options_;
};

TEST_F(Refine, ComesNearerToTheStyleThatIsAskedFor) {
  const Image content = gradient_image(48, 40);
  for (const char* style : {"one", "two"}) {
    options_.style = style;
    options_.refine = 0;
    const Image once = paint(content);
    options_.refine = 12;
    const Image refined = paint(content);
    const int64_t own = style == std::string("two");
    EXPECT_LT(distance(refined, own), 0.5 * distance(once, own)) << style;
    EXPECT_LT(distance(refined, own), distance(refined, 1 - own)) << style;
  }
}

TEST_F(Refine, KeepsTheSizeAndWhatIsHidden) {
  for (const int size : {0, 24})
    for (const char* colour : {"style", "luminance", "match"}) {
      options_.size = size;
      options_.colour = colour;
      Image content = gradient_image(41, 35);
      for (int y = 0; y < 35; ++y)
        for (int x = 0; x < 9; ++x) {
          content.at(x, y)[0] = 1.5f;
          content.at(x, y)[3] = 0;
        }
      const Image styled = paint(content);
      ASSERT_EQ(styled.width, 41);
      ASSERT_EQ(styled.height, 35);
      for (int y = 0; y < 35; ++y)
        for (int x = 0; x < 9; ++x)
          ASSERT_TRUE(std::equal(styled.at(x, y), styled.at(x, y) + 4, content.at(x, y))) << colour;
      EXPECT_GT(difference(styled, content), 1e-2f);
    }
}

TEST_F(Refine, LeavesAPictureThatIsWhollyTransparent) {
  Image content = gradient_image(24, 24);
  for (std::size_t i = 3; i < content.pixels.size(); i += 4) content.pixels[i] = 0;
  EXPECT_EQ(paint(content).pixels, content.pixels);
}

TEST_F(Refine, AtHalfStrengthIsHalfWay) {
  const Image content = gradient_image(32, 32), whole = paint(content);
  options_.strength = 0.5;
  const Image half = paint(content);
  for (std::size_t i = 0; i < half.pixels.size(); ++i)
    ASSERT_NEAR(half.pixels[i], (content.pixels[i] + whole.pixels[i]) / 2, 1e-5);
}

TEST_F(Refine, StoppedGivesThePictureAsFarAsItHasCome) {
  const Image content = gradient_image(32, 32);
  int told = 0;
  try {
    fast_style(content, options_, [&](double done, std::string_view doing) {
      EXPECT_LE(done, 1);
      told += doing.starts_with("Refining");
      return told < 3;
    });
    FAIL() << "went on";
  } catch (const Cancelled& stopped) {
    EXPECT_EQ(std::string(stopped.what()), "Stopped refining, step 3 of 12.");
    ASSERT_TRUE(stopped.so_far);
    options_.refine = 3;
    EXPECT_LT(difference(*stopped.so_far, paint(content)), 1e-5f);
  }
}

TEST_F(Refine, StatisticsInAFileAreThoseOfThePictures) {
  const StyleTarget target =
      style_target({options_.model}, torch::tensor({{0.25f, 0.75f}}), options_.models);
  EXPECT_EQ(target.model.sha256, eye_model_.sha256);
  ASSERT_EQ(target.moments.size(), 5u);
  for (const auto& [layer, rows] : seen_) {
    const Moments mixed = mix({{rows.mean[0], rows.covariance[0]},
                               {rows.mean[1], rows.covariance[1]}},
                              {0.25, 0.75});
    EXPECT_TRUE(target.moments.at(layer).mean.allclose(mixed.mean, 1e-4, 1e-6)) << layer;
    EXPECT_TRUE(target.moments.at(layer).covariance.allclose(mixed.covariance, 1e-3, 1e-6))
        << layer;
  }
}

TEST_F(Refine, TowardsKnownMomentsIsTowardsThePicture) {
  const ContentPicture content = {picture(0.5, 0.2), {}};
  const Weighing weighing = {.content_layers = {{"relu2_1", 1}},
                             .style_layers = {{"relu1_1", 1}, {"relu3_1", 2}},
                             .content = 0.1};
  std::map<std::string, Moments> known;
  for (const auto& [layer, rows] : seen_) known[layer] = {rows.mean[1], rows.covariance[1]};
  Objective of_picture(eye_, weighing, content, {{.rgb = pictures_[1]}});
  Objective of_moments(eye_, weighing, content, {{.moments = known}});
  const torch::Tensor at = picture(0.4, 0.1);
  EXPECT_NEAR(of_moments(at).total, of_picture(at).total, 1e-5 * of_picture(at).total);
  EXPECT_GT(of_picture(at).total, 1e-3);
}

TEST_F(Refine, SaysWhatStylesLack) {
  write({}, {});
  EXPECT_EQ(refusal().first, Error::Kind::NoModel);
  EXPECT_NE(refusal().second.find("refine 0 would do"), std::string::npos) << refusal().second;
  options_.refine = 0;
  EXPECT_EQ(refusal().second, "nothing");
}

TEST_F(Refine, SaysThatTheirEncoderIsNotHere) {
  write(tensors_of(seen_), {{"encoder", "eye"}, {"encoder-sha256", std::string(64, 'a')}});
  EXPECT_EQ(refusal().first, Error::Kind::NoModel);
  EXPECT_NE(refusal().second.find("\"eye\" of the sha256 aaaaaaaaaaaa..."), std::string::npos)
      << refusal().second;
}

TEST_F(Refine, RefusesStatisticsThatDoNotFit) {
  const auto with = [&](const std::string& name, const torch::Tensor& tensor) {
    auto tensors = tensors_of(seen_);
    if (tensor.defined())
      tensors[name] = tensor;
    else
      tensors.erase(name);
    write(tensors, statistics_metadata(eye_model_));
    EXPECT_EQ(refusal().first, Error::Kind::NoModel) << name;
    EXPECT_NE(refusal().second.find(name), std::string::npos) << refusal().second;
  };
  with("statistics.relu2_1.mean", {});
  with("statistics.relu2_1.mean", torch::zeros({2, 7}));
  with("statistics.relu3_1.root", torch::zeros({1, 6, 6}));
  with("statistics.relu3_1.root", torch::full({2, 6, 6}, NAN));
}

}  // namespace
}  // namespace pastiche
