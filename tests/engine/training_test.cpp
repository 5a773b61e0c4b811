#include <gtest/gtest.h>

#include <fstream>

#include "data/picture_file.hpp"
#include "data/picture_set.hpp"
#include "fixtures.hpp"
#include "nets/encoder.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// A folder of small drawn pictures and a tiny encoder to learn from.
class Training : public testing::Test {
 protected:
  Training() {
    torch::manual_seed(1);
    std::filesystem::create_directory(folder_ / "data");
    for (int i = 0; i < 4; ++i)
      encode(folder_ / "data" / (std::to_string(i) + ".png"),
             (torch::rand({3, 40, 48}) * 255).to(torch::kUInt8));
    save_weights(folder_ / "teacher.safetensors",
                 weights_of(*Encoder(Widths{{4}, {4}, {4}, {4}, {4}})),
                 {{"architecture", "encoder"}});
    encoder_.teacher = (folder_ / "teacher.safetensors").string();
    encoder_.loop = {.data = (folder_ / "data").string(),
                     .steps = 12,
                     .batch = 2,
                     .crop = 32,
                     .learning_rate = 0.01,
                     .checkpoint_every = 5};
    encoder_.loop.common.device = "cpu";
    style_.encoder = encoder_.teacher;
    style_.styles = "one=" + (folder_ / "data" / "0.png").string();
    style_.style_size = 32;
    style_.width = 4;
    style_.residuals = 1;
    style_.loop = encoder_.loop;
  }

  torch::Tensor weights(const std::string& model) const {
    const TensorFile file(folder_ / model);
    std::vector<torch::Tensor> all;
    for (const auto& [name, tensor] : file.tensors()) all.push_back(to_torch(tensor).flatten());
    return torch::cat(all);
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  ScratchFolder folder_;
  EncoderTrainOptions encoder_;
  FastStyleTrainOptions style_;
};

TEST_F(Training, OfAnEncoderComesNearerToTheTeacher) {
  std::vector<double> losses;
  encoder_.loop.steps = 60;
  train_encoder(encoder_, file("student.safetensors"), [&](double, std::string_view doing) {
    const auto at = doing.find("loss ");
    losses.push_back(std::stod(std::string(doing.substr(at + 5))));
    return true;
  });
  EXPECT_LT(losses.back(), 0.5 * losses.front());
  const Model model = find_model(file("student.safetensors"), "encoder");
  EXPECT_NE(read_card(model).find("correlation"), std::string::npos);
}

TEST_F(Training, ThatWasStoppedGoesOnAsIfItHadNotBeen) {
  train_fast_style(style_, file("whole.safetensors"), go_on);
  int step = 0;
  const Progress stop = [&](double, std::string_view) { return ++step < 7; };
  EXPECT_THROW(train_fast_style(style_, file("cut.safetensors"), stop), Cancelled);
  EXPECT_FALSE(std::filesystem::exists(file("cut.safetensors")));
  EXPECT_TRUE(std::filesystem::exists(checkpoint_of(file("cut.safetensors"))));
  train_fast_style(style_, file("cut.safetensors"), go_on);
  EXPECT_TRUE(weights("whole.safetensors").equal(weights("cut.safetensors")));
  EXPECT_FALSE(std::filesystem::exists(checkpoint_of(file("cut.safetensors"))));
}

TEST_F(Training, WritesAModelThatTheFilterFinds) {
  train_fast_style(style_, file("styles.safetensors"), go_on);
  const Model model = find_model("styles", "transformer", folder_.path().string());
  EXPECT_EQ(model.styles, std::vector<std::string>{"one"});
  EXPECT_TRUE(model.in_manifest);
  EXPECT_TRUE(std::filesystem::exists(file("styles.safetensors.csv")));
}

TEST_F(Training, StopsAtNaNAndKeepsTheLastCheckpoint) {
  const PictureSet pictures(encoder_.loop.data);
  torch::nn::Linear module(1, 1);
  const auto step = [&](int i, const torch::Tensor&) {
    const torch::Tensor loss = module->weight.square().sum();
    return Losses{{"loss", i == 8 ? loss * NAN : loss}};
  };
  try {
    descend(*module, pictures, encoder_.loop, Compute(), file("nan"), step, [] {}, go_on);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("step 8"), std::string::npos) << error.what();
  }
  const TensorFile checkpoint(checkpoint_of(file("nan")));
  EXPECT_EQ(checkpoint.metadata().at("step"), "5");
}

TEST_F(Training, PassesOverPicturesThatCannotBeRead) {
  std::ofstream(file("data/broken.jpg")) << "no picture";
  const PictureSet pictures(encoder_.loop.data);
  EXPECT_EQ(pictures.size(), 5u);
  EXPECT_EQ(pictures.batch(16, 32, 0, 0).sizes(), (torch::IntArrayRef{16, 3, 32, 32}));
}

TEST_F(Training, ShowsTheSamePicturesForTheSameStep) {
  const PictureSet pictures(encoder_.loop.data);
  EXPECT_TRUE(pictures.batch(4, 32, 1, 7).equal(pictures.batch(4, 32, 1, 7)));
  EXPECT_FALSE(pictures.batch(4, 32, 1, 7).equal(pictures.batch(4, 32, 1, 8)));
  EXPECT_FALSE(pictures.batch(4, 32, 1, 7).equal(pictures.batch(4, 32, 2, 7)));
}

TEST_F(Training, RefusesWhatItCannotLearnFrom) {
  std::filesystem::create_directory(folder_ / "empty");
  std::filesystem::create_directory(folder_ / "broken");
  std::ofstream(file("broken/a.png")) << "no picture";
  struct {
    const char* what;
    std::string data, styles;
    Error::Kind kind;
  } cases[] = {
      {"no folder", file("nothing"), style_.styles, Error::Kind::BadImage},
      {"an empty folder", file("empty"), style_.styles, Error::Kind::BadImage},
      {"only broken pictures", file("broken"), style_.styles, Error::Kind::BadImage},
      {"no style", style_.loop.data, "", Error::Kind::BadSetting},
      {"a style that is not there", style_.loop.data, "one=nothing.jpg", Error::Kind::BadImage},
  };
  for (const auto& c : cases) {
    style_.loop.data = c.data;
    style_.styles = c.styles;
    try {
      train_fast_style(style_, file("out.safetensors"), go_on);
      ADD_FAILURE() << c.what << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, c.kind) << c.what << ": " << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(file("out.safetensors")));
  }
}

}  // namespace
}  // namespace pastiche
