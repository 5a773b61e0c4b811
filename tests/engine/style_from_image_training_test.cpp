#include <gtest/gtest.h>

#include "data/picture_file.hpp"
#include "fixtures.hpp"
#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "style/style_from_image.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// Folders of small drawn pictures, and a tiny encoder to paint from.
class StyleFromImageTraining : public testing::Test {
 protected:
  StyleFromImageTraining() {
    torch::manual_seed(1);
    for (const char* folder : {"photos", "paintings"}) {
      std::filesystem::create_directory(folder_ / folder);
      for (int i = 0; i < 3; ++i)
        encode(folder_ / folder / (std::to_string(i) + ".png"),
               (torch::rand({3, 40, 48}) * 255).to(torch::kUInt8));
    }
    make_encoder("eyes", {{4, 4}, {4}, {4}, {4}});
    options_.encoder = file("eyes.safetensors");
    options_.style_data = file("paintings");
    options_.loop = {.data = file("photos"),
                     .steps = 8,
                     .batch = 2,
                     .crop = 32,
                     .learning_rate = 0.01,
                     .checkpoint_every = 3};
    options_.loop.common.device = "cpu";
  }

  void make_encoder(const std::string& name, const Widths& widths) const {
    save_weights(folder_ / (name + ".safetensors"), weights_of(*Encoder(widths)),
                 {{"architecture", "encoder"}});
  }

  Facts train(const std::string& name, const Progress& progress = go_on) const {
    return train_style_from_image(options_, file(name), progress);
  }

  torch::Tensor weights(const std::string& name) const {
    const TensorFile tensors(folder_ / name);
    std::vector<torch::Tensor> all;
    for (const auto& [key, tensor] : tensors.tensors()) all.push_back(to_torch(tensor).flatten());
    return torch::cat(all);
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  ScratchFolder folder_;
  StyleFromImageTrainOptions options_;
};

TEST_F(StyleFromImageTraining, BringsTheLossDown) {
  options_.loop.steps = 120;
  options_.loop.checkpoint_every = 1000;
  std::vector<double> losses;
  train("model.safetensors", [&](double, std::string_view doing) {
    losses.push_back(std::stod(std::string(doing.substr(doing.find("loss ") + 5))));
    return true;
  });
  const auto mean = [&](std::size_t first) {
    double sum = 0;
    for (std::size_t i = first; i < first + 20; ++i) sum += losses.at(i) / 20;
    return sum;
  };
  EXPECT_LT(mean(100), 0.8 * mean(6));
}

TEST_F(StyleFromImageTraining, ThatWasStoppedGoesOnAsIfItHadNotBeen) {
  train("whole.safetensors");
  int step = 0;
  EXPECT_THROW(train("cut.safetensors", [&](double, std::string_view) { return ++step < 5; }),
               Cancelled);
  EXPECT_TRUE(std::filesystem::exists(checkpoint_of(file("cut.safetensors"))));
  train("cut.safetensors");
  EXPECT_TRUE(weights("whole.safetensors").equal(weights("cut.safetensors")));
  EXPECT_FALSE(std::filesystem::exists(checkpoint_of(file("cut.safetensors"))));
}

TEST_F(StyleFromImageTraining, WritesAModelThatTheFilterPaintsWith) {
  train("painter.safetensors");
  const Model model = find_model("painter", "style-decoder", folder_.path().string());
  EXPECT_TRUE(model.in_manifest);
  EXPECT_NO_THROW(verify_model(model));
  EXPECT_NE(read_card(model).find("paintings"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(file("painter.safetensors.samples.jpg")));
  StyleFromImageOptions options{.model = "painter", .models = folder_.path().string()};
  options.common.device = "cpu";
  const Result painted = style_from_image(
      {{"content", {gradient_image(30, 20)}}, {"style", {gradient_image(16, 40)}}}, options, go_on);
  EXPECT_EQ(painted.image.width, 30);
  EXPECT_EQ(painted.facts.at("model"), "painter");
}

TEST_F(StyleFromImageTraining, RefusesWhatItCannotLearnFrom) {
  std::filesystem::create_directory(folder_ / "empty");
  make_encoder("shallow", {{4, 4}});
  struct {
    const char* what;
    std::string photos, paintings, encoder;
    Error::Kind kind;
  } cases[] = {
      {"no photos", "empty", "paintings", "eyes", Error::Kind::BadImage},
      {"no paintings", "photos", "empty", "eyes", Error::Kind::BadImage},
      {"no folder", "photos", "gone", "eyes", Error::Kind::BadImage},
      {"an encoder of one block", "photos", "paintings", "shallow", Error::Kind::NoModel},
      {"no encoder", "photos", "paintings", "gone", Error::Kind::NoModel},
  };
  for (const auto& c : cases) {
    options_.loop.data = file(c.photos);
    options_.style_data = file(c.paintings);
    options_.encoder = file(std::string(c.encoder) + ".safetensors");
    try {
      train("out.safetensors");
      ADD_FAILURE() << c.what << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, c.kind) << c.what << ": " << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(file("out.safetensors")));
  }
}

}  // namespace
}  // namespace pastiche
