#include <gtest/gtest.h>

#include "data/picture_file.hpp"
#include "fixtures.hpp"
#include "nets/vae.hpp"
#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// Twenty pictures of two kinds: light discs and dark bars, of all sizes.
class GeneratorTraining : public testing::Test {
 protected:
  GeneratorTraining() {
    torch::set_num_threads(1);  // work this small is slower when it is shared
    std::filesystem::create_directory(folder_ / "data");
    for (int i = 0; i < 20; ++i)
      encode(folder_ / "data" / (std::to_string(i) + (i % 2 ? "_disc.png" : "_bar.png")), draw(i));
    gan_.loop.data = (folder_ / "data").string();
    gan_.loop.steps = 20;
    gan_.loop.batch = 8;
    gan_.loop.crop = 16;
    gan_.loop.checkpoint_every = 5;
    gan_.loop.common.device = "cpu";
    gan_.width = 4;
    gan_.latent = 4;
    vae_ = {.latent = 4, .width = 4, .grey = true, .likelihood = "bernoulli", .loop = gan_.loop};
    vae_.loop.beta1 = 0.9;
  }
  ~GeneratorTraining() override { torch::set_num_threads(threads_); }

  static torch::Tensor draw(int i) {
    const torch::Tensor at = torch::arange(16) - 8;
    const torch::Tensor far = at.square().unsqueeze(1) + at.square().unsqueeze(0);
    const torch::Tensor inside =
        i % 2 ? far.lt(4 + 3 * i) : at.abs().lt(1 + i / 3).expand({16, 16});
    return torch::where(inside, i % 2 ? 230 : 20, 120).to(torch::kUInt8).expand({3, 16, 16});
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  torch::Tensor weights(const std::string& model) const {
    const TensorFile file(folder_ / model);
    std::vector<torch::Tensor> all;
    for (const auto& [name, tensor] : file.tensors()) all.push_back(to_torch(tensor).flatten());
    return torch::cat(all);
  }

  const int threads_ = torch::get_num_threads();
  ScratchFolder folder_;
  GanTrainOptions gan_;
  VaeTrainOptions vae_;
};

TEST_F(GeneratorTraining, WritesAGeneratorWithItsClasses) {
  gan_.conditional = true;
  gan_.drawn_classes = "disc";
  const Facts facts = train_gan(gan_, file("shapes.safetensors"), go_on);
  EXPECT_TRUE(facts.contains("diversity"));
  const Model model = find_model("shapes", "generator", folder_.path().string());
  EXPECT_EQ(model.classes, (std::vector<std::string>{"bar", "disc"}));
  EXPECT_FALSE(model.rebuilds);
  verify_model(model);
  const auto counts = plan_in(TensorFile(model.file).metadata()).class_counts;
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts[0], 0);
  EXPECT_GT(counts[1], 0);
  const GeneratorPtr net = load_generator(TensorFile(model.file));
  torch::NoGradGuard no_grad;
  const torch::Tensor made = net->forward(latents_of(0, 2, 4), torch::tensor({0, 1}));
  EXPECT_EQ(made.sizes(), (torch::IntArrayRef{2, 3, 16, 16}));
  EXPECT_TRUE(decode(file("shapes.safetensors.samples.png")).defined());
}

TEST_F(GeneratorTraining, LearnsAlphaWhereItIsAskedFor) {
  gan_.alpha = true;
  gan_.draws = 2;
  train_gan(gan_, file("shapes.safetensors"), go_on);
  const GeneratorPtr net = load_generator(TensorFile(file("shapes.safetensors")));
  EXPECT_EQ(net->plan.channels, 4);
  torch::NoGradGuard no_grad;
  const torch::Tensor latent = net->latent_of(1, 0).unsqueeze(0);
  EXPECT_EQ(net->forward(latent, torch::zeros({1}, torch::kInt64)).size(1), 4);
  gan_.grey = true;
  EXPECT_THROW(train_gan(gan_, file("other.safetensors"), go_on), Error);
}

TEST_F(GeneratorTraining, KeepsTheJudgeThatDrawsAreTakenBy) {
  gan_.draws = 3;
  train_gan(gan_, file("shapes.safetensors"), go_on);
  const TensorFile written(file("shapes.safetensors"));
  EXPECT_EQ(plan_in(written.metadata()).draws, 3);
  verify_model(find_model("shapes", "generator", folder_.path().string()));
  torch::NoGradGuard no_grad;
  const GeneratorPtr judged = load_generator(written), alone = load_generator(written, false);
  int same = 0;
  for (int seed = 0; seed < 16; ++seed)
    same += judged->latent_of(seed, 0).equal(alone->latent_of(seed, 0));
  EXPECT_GT(same, 0);
  EXPECT_LT(same, 13);
  auto tensors = weights_of(*alone);
  std::map<std::string, torch::Tensor> without;
  for (const auto& [name, tensor] : tensors) without["generator." + name] = tensor;
  Metadata metadata = written.metadata();
  save_weights(file("headless.safetensors"), without, metadata);
  EXPECT_THROW(load_generator(TensorFile(file("headless.safetensors"))), Error);
  gan_.spectral = true;
  EXPECT_THROW(train_gan(gan_, file("other.safetensors"), go_on), Error);
}

TEST_F(GeneratorTraining, OfAGanCutInTheMiddleEndsWithTheSameBits) {
  train_gan(gan_, file("whole.safetensors"), go_on);
  int step = 0;
  const Progress stop = [&](double, std::string_view) { return ++step < 12; };
  EXPECT_THROW(train_gan(gan_, file("cut.safetensors"), stop), Cancelled);
  train_gan(gan_, file("cut.safetensors"), go_on);
  EXPECT_TRUE(weights("whole.safetensors").equal(weights("cut.safetensors")));
}

TEST_F(GeneratorTraining, RunsWithEveryLossAndNetwork) {
  gan_.loop.steps = 3;
  for (const char* loss :
       {"relativistic", "non-saturating", "minimax", "least-squares", "hinge", "wasserstein"})
    for (const char* network : {"dcgan", "mlp"}) {
      gan_.loss = loss;
      gan_.network = network;
      gan_.spectral = std::string(loss) == "hinge";
      EXPECT_NO_THROW(train_gan(gan_, file("g.safetensors"), go_on)) << loss << " " << network;
    }
}

TEST_F(GeneratorTraining, ThatCollapsesGoesBackAndSaysSo) {
  gan_.loop.steps = 150;
  gan_.loop.learning_rate = 1;
  gan_.loop.warm_up = 0;
  gan_.remedies = 12;
  const Facts facts = train_gan(gan_, file("mended.safetensors"), go_on);
  ASSERT_TRUE(facts.contains("advice"));
  EXPECT_NE(facts.at("advice").find("went wrong"), std::string::npos) << facts.at("advice");
  EXPECT_TRUE(weights("mended.safetensors").isfinite().all().item<bool>());
}

TEST_F(GeneratorTraining, ThatCannotBeMendedStops) {
  gan_.loop.steps = 150;
  gan_.loop.learning_rate = 1;
  gan_.loop.warm_up = 0;
  gan_.remedies = 0;
  try {
    train_gan(gan_, file("lost.safetensors"), go_on);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::Internal);
    EXPECT_NE(std::string(error.what()).find("again and again"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists(file("lost.safetensors")));
}

TEST_F(GeneratorTraining, OfAVaeLowersItsBoundAndRebuilds) {
  vae_.loop.steps = 1;
  const double before =
      std::stod(train_vae(vae_, file("v.safetensors"), go_on).at("held-out-reconstruction"));
  vae_.loop.steps = 150;
  vae_.loop.learning_rate = 0.003;
  const Facts facts = train_vae(vae_, file("v.safetensors"), go_on);
  EXPECT_LT(std::stod(facts.at("held-out-reconstruction")), 0.95 * before);
  EXPECT_GT(std::stod(facts.at("held-out-divergence")), 0);
  const Model model = find_model(file("v.safetensors"), "vae");
  EXPECT_TRUE(model.rebuilds);
  verify_model(model);
  const TensorFile tensors(model.file);
  torch::NoGradGuard no_grad;
  const GeneratorPtr decoder = load_generator(tensors);
  const torch::Tensor disc = draw(19).unsqueeze(0).to(torch::kFloat32).mean(1, true) / 255,
                      bar = draw(18).unsqueeze(0).to(torch::kFloat32).mean(1, true) / 255;
  const torch::Tensor rebuilt =
      decoder->forward(load_vae_encoder(tensors)(disc).mean, torch::zeros({1}, torch::kInt64));
  EXPECT_LT((rebuilt - disc).abs().mean().item<double>(),
            0.7 * (rebuilt - bar).abs().mean().item<double>());
}

TEST_F(GeneratorTraining, RefusesDrawnClassesThatAreNone) {
  const std::pair<const char*, bool> broken[] = {{"cat", true}, {"disc:2", true}, {"disc", false}};
  for (const auto& [drawn, conditional] : broken) {
    gan_.drawn_classes = drawn;
    gan_.conditional = conditional;
    try {
      train_gan(gan_, file("x.safetensors"), go_on);
      ADD_FAILURE() << drawn << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::BadSetting) << error.what();
    }
  }
}

TEST_F(GeneratorTraining, RefusesWhatItCannotLearnFrom) {
  gan_.loop.crop = 20;
  EXPECT_THROW(train_gan(gan_, file("x.safetensors"), go_on), Error);
  gan_.loop.crop = 16;
  std::filesystem::create_directory(folder_ / "one");
  std::filesystem::copy(folder_ / "data" / "0_bar.png", folder_ / "one" / "0_bar.png");
  gan_.loop.data = file("one");
  EXPECT_THROW(train_gan(gan_, file("x.safetensors"), go_on), Error);
  for (int i = 2; i < 20; i += 2)
    for (const char* copy : {"a", "b"})
      std::filesystem::copy(folder_ / "data" / (std::to_string(i) + "_bar.png"),
                            folder_ / "one" / (std::to_string(i) + copy + "_.png"));
  gan_.conditional = true;
  gan_.loop.data = file("data");
  EXPECT_NO_THROW(train_gan(gan_, file("x.safetensors"), go_on));
}

TEST(ClassesOf, AreTheFoldersOrElseTheNamesLessTheirNumbers) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(classes_of({"7/00012.png", "8/1_a.png"}), (Names{"7", "8"}));
  EXPECT_EQ(classes_of({"all/00177_rose.jpg", "all/dtd-cracked_0031.jpg", "all/0001.png"}),
            (Names{"rose", "dtd-cracked", ""}));
  EXPECT_EQ(classes_of({"01293_male-commoner.jpg"}), Names{"male-commoner"});
}

}  // namespace
}  // namespace pastiche
