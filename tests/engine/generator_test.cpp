#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "fixtures.hpp"
#include "gan/adversarial_loss.hpp"
#include "gan/augment.hpp"
#include "gan/health.hpp"
#include "generate/placing.hpp"
#include "nets/discriminator.hpp"
#include "nets/vae.hpp"
#include "train/generator_training.hpp"

namespace pastiche {
namespace {

GeneratorPlan small_plan(const std::string& network) {
  return {.network = network,
          .latent = 5,
          .classes = {"a", "b", "c"},
          .height = 16,
          .width = 16,
          .channels = 1,
          .features = 6};
}

/// Mersenne twister (64 bits) and Box & Muller's transformation, worked out in Python.
TEST(Latents, AreTheSameOnEveryMachine) {
  const torch::Tensor zero = latents_of(0, 1, 3)[0], seven = latents_of(7, 1, 3)[0];
  const double of_zero[] = {1.912804529284321, -2.0794079062393944, 1.035726945040683};
  const double of_seven[] = {0.7130298338875809, 1.6105563141402495, 1.8610639876437929};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(zero[i].item<double>(), of_zero[i], 1e-6);
    EXPECT_NEAR(seven[i].item<double>(), of_seven[i], 1e-6);
  }
}

TEST(Latents, AreNormalAndOneOfEachSeed) {
  const torch::Tensor all = latents_of(3, 400, 50);
  EXPECT_NEAR(all.mean().item<double>(), 0, 0.03);
  EXPECT_NEAR(all.std().item<double>(), 1, 0.03);
  EXPECT_TRUE(all[2].equal(latents_of(5, 1, 50)[0]));
  EXPECT_FALSE(all[0].equal(all[1]));
}

TEST(Generator, MakesPicturesOfItsPlanThatDependOnLatentAndClass) {
  torch::manual_seed(1);  // of some weights all of a narrow layer's units are dead
  for (const char* network : {"mlp", "dcgan"}) {
    const GeneratorPtr net = make_generator(small_plan(network));
    net->eval();
    const torch::Tensor latents = latents_of(0, 2, 5);
    const torch::Tensor a = net->forward(latents, torch::tensor({0, 0})),
                        b = net->forward(latents, torch::tensor({1, 1}));
    EXPECT_EQ(a.sizes(), (torch::IntArrayRef{2, 1, 16, 16})) << network;
    EXPECT_TRUE(a.ge(0).all().item<bool>() && a.le(1).all().item<bool>()) << network;
    EXPECT_FALSE(a[0].allclose(a[1])) << network;
    EXPECT_FALSE(a.allclose(b)) << network;
  }
}

TEST(Generator, PlanSurvivesItsMetadata) {
  GeneratorPlan plan = small_plan("mlp");
  plan.output = "sigmoid";
  plan.activation = "leaky";
  plan.class_counts = {3, 8, 1};
  const GeneratorPlan back = plan_in(metadata_of(plan));
  EXPECT_EQ(metadata_of(back), metadata_of(plan));
  EXPECT_EQ(back.classes, plan.classes);
  EXPECT_EQ(back.class_counts, plan.class_counts);
}

TEST(Generator, RefusesMetadataThatMakeNoPlan) {
  const std::pair<const char*, const char*> broken[] = {{"network", "transformer"},
                                                        {"latent", "0"},
                                                        {"latent", "1e9"},
                                                        {"height", "-4"},
                                                        {"channels", "5"},
                                                        {"classes", "[1,2]"},
                                                        {"classes", "x"},
                                                        {"output", "exp"},
                                                        {"class-counts", "[1]"},
                                                        {"class-counts", "[0,0,0]"},
                                                        {"class-counts", "[-1,9,1]"},
                                                        {"class-counts", "[2,\"x\",1]"},
                                                        {"class-counts", "7"}};
  for (const auto& [key, value] : broken) {
    Metadata metadata = metadata_of(small_plan("dcgan"));
    metadata[key] = value;
    EXPECT_THROW(plan_in(metadata), std::invalid_argument) << key << " " << value;
  }
}

TEST(Discriminator, AnswersOncePerPictureAndKnowsTheClass) {
  for (const char* network : {"mlp", "dcgan"})
    for (const bool spectral : {false, true}) {
      Discriminator net(small_plan(network), spectral);
      torch::NoGradGuard no_grad;
      for (auto& parameter : net->parameters()) parameter.normal_(0, 0.3);
      const torch::Tensor pictures = torch::rand({3, 1, 16, 16});
      const torch::Tensor a = net(pictures, torch::tensor({0, 0, 0}));
      EXPECT_EQ(a.sizes(), torch::IntArrayRef{3});
      EXPECT_FALSE(a.allclose(net(pictures, torch::tensor({1, 1, 1})))) << network;
    }
}

/// With both answers 0, and with the discriminator sure and right.
TEST(AdversarialLoss, HasItsPublishedValues) {
  const torch::Tensor zero = torch::zeros({4}), sure = torch::full({4}, 3.0);
  const double l2 = std::log(2.0), soft = std::log1p(std::exp(-3.0)),
               far = std::log1p(std::exp(3.0));
  struct Row {
    const char* name;
    double even_d, even_g, sure_d, sure_g;
  };
  const Row rows[] = {
      {"relativistic", l2, l2, std::log1p(std::exp(-6.0)), std::log1p(std::exp(6.0))},
      {"non-saturating", 2 * l2, l2, 2 * soft, far},
      {"minimax", 2 * l2, -l2, 2 * soft, -soft},
      {"least-squares", 1, 1, 4 + 9, 16},
      {"hinge", 2, 0, 0, 3},
      {"wasserstein", 0, 0, -6, 3},
  };
  for (const Row& row : rows) {
    const AdversarialLoss& loss = find_adversarial_loss(row.name);
    EXPECT_NEAR(loss.discriminator(zero, zero).item<double>(), row.even_d, 1e-5) << row.name;
    EXPECT_NEAR(loss.generator(zero, zero).item<double>(), row.even_g, 1e-5) << row.name;
    EXPECT_NEAR(loss.discriminator(sure, -sure).item<double>(), row.sure_d, 1e-5) << row.name;
    EXPECT_NEAR(loss.generator(sure, -sure).item<double>(), row.sure_g, 1e-5) << row.name;
  }
}

TEST(AdversarialLoss, PenaltiesMeasureTheSlope) {
  const torch::Tensor pictures = torch::rand({2, 1, 4, 4}, torch::requires_grad());
  const torch::Tensor slope = torch::full({1, 4, 4}, 0.5, torch::requires_grad());
  const torch::Tensor answers = (pictures * slope).flatten(1).sum(1);
  EXPECT_NEAR(squared_gradient(answers, pictures).item<double>(), 16 * 0.25, 1e-5);
  EXPECT_NEAR(gradient_from_one(answers, pictures).item<double>(), 1, 1e-5);  // (2 - 1)^2
  squared_gradient(answers, pictures).backward();
  EXPECT_NEAR(slope.grad()[0][0][0].item<double>(), 2 * 0.5, 1e-5);
}

TEST(Augmentation, ChangesPicturesAsItsSeedSaysAndLetsGradientsThrough) {
  const torch::Tensor pictures = torch::rand({4, 3, 16, 16}, torch::requires_grad());
  torch::Generator one = random_of(1, 0), same = random_of(1, 0), other = random_of(2, 0);
  const torch::Tensor changed = augmented(pictures, one);
  EXPECT_EQ(changed.sizes(), pictures.sizes());
  EXPECT_TRUE(changed.equal(augmented(pictures, same)));
  EXPECT_FALSE(changed.allclose(augmented(pictures, other)));
  changed.square().sum().backward();
  EXPECT_GT(pictures.grad().abs().sum().item<double>(), 0);
}

TEST(Diversity, IsNothingOfCopiesAndOneOfTheTrueOnes) {
  const torch::Tensor genuine = torch::rand({8, 1, 8, 8}), copies = genuine[0].expand({8, 1, 8, 8});
  const torch::Tensor classes = torch::tensor({0, 0, 0, 0, 1, 1, 1, 1});
  EXPECT_NEAR(diversity_of(copies, genuine, classes), 0, 1e-6);
  EXPECT_NEAR(diversity_of(genuine, genuine, classes), 1, 1e-6);
  // Different from class to class alone: still a collapse.
  const torch::Tensor two =
      torch::cat({genuine[0].expand({4, 1, 8, 8}), genuine[1].expand({4, 1, 8, 8})});
  EXPECT_NEAR(diversity_of(two, genuine, classes), 0, 1e-6);
}

TEST(Health, SeesWhatGoesWrong) {
  Health fine, collapsed, saturated, run_away, broken;
  for (int step = 0; step < 1000; ++step) fine->observe(step, 0.8, 0.6, 20);
  EXPECT_NEAR(fine->diversity(), 0.8, 1e-3);
  const auto many = [](Health& health, double diversity, double loss) {
    for (int step = 0; step < 1000; ++step) health->observe(step, diversity, loss, 20);
  };
  collapsed->observe(0, 0.8, 0.6, 20);
  EXPECT_THROW(many(collapsed, 0.01, 0.6), Diverged);
  EXPECT_THROW(many(saturated, 0.8, 1e-7), Diverged);
  EXPECT_THROW(many(run_away, 0.8, 300), Diverged);
  EXPECT_THROW(broken->observe(0, 0.8, NAN, 20), Diverged);
}

TEST(Placing, FillsAsAsked) {
  torch::Tensor sample = torch::zeros({1, 3, 8, 8});
  sample.narrow(3, 0, 4).fill_(1);  // the left half is white
  const Image contain = placed(sample, 32, 16, "contain");
  EXPECT_EQ(contain.at(2, 8)[3], 0);
  EXPECT_EQ(contain.at(15, 8)[3], 1);
  EXPECT_GT(contain.at(10, 8)[0], 0.9f);
  EXPECT_LT(contain.at(22, 8)[0], 0.1f);
  const Image cover = placed(sample, 32, 16, "cover");
  EXPECT_EQ(cover.at(0, 0)[3], 1);
  EXPECT_GT(cover.at(2, 8)[0], 0.9f);
  const Image tile = placed(sample, 20, 9, "tile");
  EXPECT_GT(tile.at(9, 8)[0], 0.9f);
  EXPECT_LT(tile.at(13, 0)[0], 0.1f);
  EXPECT_EQ(placed(sample, 1, 1, "stretch").width, 1);
}

TEST(Placing, PutsPicturesOnANearlySquareSheet) {
  std::vector<Image> pictures(5, Image(4, 3));
  pictures[4].at(1, 2)[0] = 0.5f;
  const Image sheet = sheet_of(pictures);
  EXPECT_EQ(sheet.width, 12);
  EXPECT_EQ(sheet.height, 6);
  EXPECT_EQ(sheet.at(4 + 1, 3 + 2)[0], 0.5f);
}

}  // namespace
}  // namespace pastiche
