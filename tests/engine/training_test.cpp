#include <gtest/gtest.h>

#include <fstream>

#include "data/pack_pictures.hpp"
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

/// A single number to learn, zero at first.
struct OneWeight {
  torch::nn::Linear module{torch::nn::LinearOptions(1, 1).bias(false)};

  OneWeight() {
    torch::NoGradGuard no_grad;
    module->weight.zero_();
  }
  double weight() const { return module->weight.item<double>(); }
};

/// A folder of small drawn pictures and a tiny encoder to learn from.
class Training : public testing::Test {
 protected:
  Training() {
    torch::set_num_threads(1);  // work this small is slower when it is shared
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
    style_.strokes = "32";
    style_.width = 4;
    style_.residuals = 1;
    style_.loop = encoder_.loop;
  }

  ~Training() override { torch::set_num_threads(threads_); }

  torch::Tensor weights(const std::string& model) const {
    const TensorFile file(folder_ / model);
    std::vector<torch::Tensor> all;
    for (const auto& [name, tensor] : file.tensors()) all.push_back(to_torch(tensor).flatten());
    return torch::cat(all);
  }

  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  Facts descend_on(OneWeight& one, const Step& step) const {
    return descend(
        *one.module, PictureSet(encoder_.loop.data), encoder_.loop, Compute(), folder_ / "one",
        step, [] {}, go_on);
  }

  const int threads_ = torch::get_num_threads();
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

/// The whole machinery at once: average, accumulated batches, colour, warm-up.
TEST_F(Training, CutAt120Of200StepsEndsWithTheSameBits) {
  style_.loop.steps = 200;
  style_.loop.accumulate = 2;
  style_.loop.batch = 1;
  style_.loop.augmentation.colour = 0.3;
  style_.loop.checkpoint_every = 50;
  train_fast_style(style_, {}, file("whole.safetensors"), go_on);
  int step = 0;
  const Progress stop = [&](double, std::string_view) { return ++step < 120; };
  EXPECT_THROW(train_fast_style(style_, {}, file("cut.safetensors"), stop), Cancelled);
  EXPECT_FALSE(std::filesystem::exists(file("cut.safetensors")));
  EXPECT_EQ(TensorFile(checkpoint_of(file("cut.safetensors"))).metadata().at("step"), "120");
  train_fast_style(style_, {}, file("cut.safetensors"), go_on);
  EXPECT_TRUE(weights("whole.safetensors").equal(weights("cut.safetensors")));
  EXPECT_FALSE(std::filesystem::exists(checkpoint_of(file("cut.safetensors"))));
  EXPECT_EQ(text_of("whole.safetensors.csv"), text_of("cut.safetensors.csv"));
}

TEST_F(Training, EndsWithTheMovingAverage) {
  encoder_.loop.ema = 0.75;
  encoder_.loop.schedule = "constant";
  encoder_.loop.warm_up = 0;
  std::vector<double> weights;
  OneWeight one;
  descend_on(one, [&](int, const Batch&) {
    if (torch::GradMode::is_enabled()) weights.push_back(one.weight());
    return Losses{{"loss", (one.module->weight - 1).square().sum()}};
  });
  // Adam's steps are of one size here; the last is not seen by the step function.
  weights.push_back(2 * weights[weights.size() - 1] - weights[weights.size() - 2]);
  double average = 0;
  for (std::size_t i = 1; i < weights.size(); ++i)
    average += (1 - std::min(0.75, (1.0 + i) / (10.0 + i))) * (weights[i] - average);
  ASSERT_EQ(weights.size(), 13u);
  EXPECT_NEAR(one.weight(), average, 1e-4);
  EXPECT_LT(one.weight(), 0.9 * weights.back());
}

TEST_F(Training, StopsEarlyWithTheBestWeights) {
  encoder_.loop.ema = 0;
  encoder_.loop.steps = 1000;
  encoder_.loop.early_stop = 3;
  encoder_.loop.schedule = "constant";
  OneWeight one;
  // Held-out pictures ask for less than the descent does, so they are best on the way.
  const Facts facts = descend_on(one, [&](int, const Batch&) {
    const double goal = torch::GradMode::is_enabled() ? 5 : 0.4;
    return Losses{{"loss", (one.module->weight - goal).square().sum()}};
  });
  EXPECT_NEAR(one.weight(), 0.4, 0.06);
  EXPECT_LT(std::stoi(facts.at("steps")), 200);
  EXPECT_NE(facts.at("advice").find("3 checkpoints"), std::string::npos) << facts.at("advice");
}

TEST(LearningRate, RisesThenFollowsItsSchedule) {
  LoopOptions loop = {.steps = 1000, .learning_rate = 2, .warm_up = 50};
  EXPECT_DOUBLE_EQ(rate_at(0, loop), 2.0 / 50);
  EXPECT_DOUBLE_EQ(rate_at(50, loop), 2);
  EXPECT_NEAR(rate_at(525, loop), 2 * 0.505, 1e-9);
  EXPECT_NEAR(rate_at(1000, loop), 0.02, 1e-9);
  loop.schedule = "linear";
  EXPECT_NEAR(rate_at(525, loop), 2 * 0.505, 1e-9);
  EXPECT_NEAR(rate_at(50 + 95, loop), 2 * (0.01 + 0.99 * 0.9), 1e-9);
  loop.schedule = "constant";
  EXPECT_DOUBLE_EQ(rate_at(999, loop), 2);
  loop.warm_up = 5000;  // a tenth of the steps at most
  EXPECT_DOUBLE_EQ(rate_at(100, loop), 2);
}

TEST_F(Training, DrawsItsCurveAsAPicture) {
  train_encoder(encoder_, file("e.safetensors"), go_on);
  const torch::Tensor plot = decode(file("e.safetensors.curve.png"));
  ASSERT_TRUE(plot.defined());
  EXPECT_GT(plot.to(torch::kFloat32).std().item<double>(), 10);  // not an empty sheet
  const std::string csv = text_of("e.safetensors.csv");
  EXPECT_TRUE(csv.starts_with("step,loss,relu1_1,")) << csv;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 3) << csv;  // the heading, steps 5 and 10
}

TEST_F(Training, WritesAModelThatTheFilterFinds) {
  train_fast_style(style_, {}, file("styles.safetensors"), go_on);
  const Model model = find_model("styles", "transformer", folder_.path().string());
  EXPECT_EQ(model.styles, std::vector<std::string>{"one"});
  EXPECT_TRUE(model.in_manifest);
  EXPECT_TRUE(std::filesystem::exists(file("styles.safetensors.csv")));
}

TEST_F(Training, StopsAtNaNAndKeepsTheLastCheckpoint) {
  const PictureSet pictures(encoder_.loop.data);
  torch::nn::Linear module(1, 1);
  const auto step = [&](int i, const Batch&) {
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
  EXPECT_EQ(pictures.batch(16, 32, 0, 0).squares.sizes(), (torch::IntArrayRef{16, 3, 32, 32}));
}

TEST_F(Training, NamesThePicturesItPassedOver) {
  std::ofstream(file("data/broken.jpg")) << "no picture";
  encoder_.loop.batch = 16;
  const Facts facts = train_encoder(encoder_, file("e.safetensors"), go_on);
  EXPECT_NE(facts.at("advice").find("1 picture"), std::string::npos) << facts.at("advice");
  EXPECT_NE(facts.at("advice").find("\"broken.jpg\""), std::string::npos) << facts.at("advice");
}

TEST_F(Training, SeesTheSameInAPackAsInItsFolder) {
  const Facts facts = pack_here(encoder_.loop.data, file("pack"), 0, go_on);
  EXPECT_EQ(facts.at("pictures"), "4");
  EXPECT_FALSE(facts.contains("advice"));
  const PictureSet folder(encoder_.loop.data), pack(file("pack"));
  EXPECT_EQ(pack.size(), 4u);
  EXPECT_TRUE(folder.batch(8, 32, 3, 5).squares.equal(pack.batch(8, 32, 3, 5).squares));
}

TEST_F(Training, PacksSmallPicturesAndNamesTheBroken) {
  std::ofstream(file("data/broken.jpg")) << "no picture";
  const Facts facts = pack_here(encoder_.loop.data, file("pack"), 20, go_on);
  EXPECT_EQ(facts.at("pictures"), "4");
  EXPECT_NE(facts.at("advice").find("broken.jpg"), std::string::npos);
  const TensorFile pack(file("pack"));
  for (const auto& [name, tensor] : pack.tensors())
    EXPECT_EQ(tensor.shape, (std::vector<int64_t>{3, 20, 24})) << name;
  EXPECT_FALSE(std::filesystem::exists(file("pack.spill")));
}

TEST_F(Training, TakesNoOtherFileForAPack) {
  EXPECT_THROW(PictureSet(encoder_.teacher), Error);
  std::ofstream(file("words")) << "This is no pack.";
  EXPECT_THROW(PictureSet(file("words")), Error);
}

TEST_F(Training, DrawsPicturesWhereNoneAreGiven) {
  const PictureSet drawn("");
  const torch::Tensor batch = drawn.batch(4, 64, 1, 1).squares;
  EXPECT_TRUE(batch.equal(drawn.batch(4, 64, 1, 1).squares));
  for (int i = 0; i < 4; ++i)
    EXPECT_GT(batch[i].to(torch::kFloat32).std().item<double>(), 10) << "picture " << i;
  EXPECT_FALSE(draw_leaves(1, 64).equal(draw_leaves(2, 64)));
}

TEST_F(Training, ChangesColoursAsFarAsItIsTold) {
  const PictureSet plain(encoder_.loop.data, {.flip = false, .zoom = 0});
  const PictureSet tilted(encoder_.loop.data, {.flip = false, .zoom = 0, .colour = 0.5});
  const auto levels = [](const PictureSet& set) {
    return set.batch(16, 32, 1, 1).squares.to(torch::kFloat32).mean({1, 2, 3});
  };
  EXPECT_LT(levels(plain).std().item<double>(), 3);
  EXPECT_GT(levels(tilted).std().item<double>(), 15);
}

TEST_F(Training, ShowsTheSamePicturesForTheSameStep) {
  const PictureSet pictures(encoder_.loop.data);
  EXPECT_TRUE(pictures.batch(4, 32, 1, 7).squares.equal(pictures.batch(4, 32, 1, 7).squares));
  EXPECT_FALSE(pictures.batch(4, 32, 1, 7).squares.equal(pictures.batch(4, 32, 1, 8).squares));
  EXPECT_FALSE(pictures.batch(4, 32, 1, 7).squares.equal(pictures.batch(4, 32, 2, 7).squares));
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
      train_fast_style(style_, {}, file("out.safetensors"), go_on);
      ADD_FAILURE() << c.what << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, c.kind) << c.what << ": " << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(file("out.safetensors")));
  }
}

}  // namespace
}  // namespace pastiche
