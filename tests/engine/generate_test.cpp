#include "generate/generate.hpp"

#include <gtest/gtest.h>

#include <set>

#include "fixtures.hpp"
#include "generate/latents.hpp"
#include "nets/vae.hpp"
#include "pastiche/error.hpp"
#include "pastiche/filter.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// Two small models of random weights: a conditional generator and a VAE.
class Generate : public testing::Test {
 protected:
  Generate() {
    torch::manual_seed(4);
    torch::NoGradGuard no_grad;
    GeneratorPlan plan = {.network = "dcgan",
                          .latent = 6,
                          .classes = {"cat", "dog"},
                          .height = 16,
                          .width = 16,
                          .features = 4};
    const GeneratorPtr net = make_generator(plan);
    std::map<std::string, torch::Tensor> tensors;
    for (auto& [name, tensor] : weights_of(*net))
      if (tensor.is_floating_point())
        tensors["generator." + name] = name.starts_with("conv") ? tensor * 8 : tensor;
    save(tensors, plan, "generator", "beasts");
    plan.classes.clear();
    plan.network = "mlp";
    tensors.clear();
    for (auto& [name, tensor] : weights_of(*Vae(plan))) tensors[name] = tensor * 4;
    save(tensors, plan, "vae", "coder");
    options_.model = "beasts";
    options_.models = folder_.path().string();
    options_.common.device = "cpu";
  }

  void save(const std::map<std::string, torch::Tensor>& tensors, const GeneratorPlan& plan,
            const std::string& architecture, const std::string& name) {
    Metadata metadata = metadata_of(plan);
    metadata["architecture"] = architecture;
    save_weights(folder_ / (name + ".safetensors"), tensors, metadata);
  }

  Result run() const { return generate({}, options_, go_on); }

  /// What a recipe of `one` alone would make.
  Image again(const Result& one) const {
    Settings settings(find_filter("generate").params);
    settings.set("model", options_.model);
    settings.set("models", options_.models);
    settings.set("device", std::string("cpu"));
    settings.set("latent-file", options_.latent_file);
    settings.set("seed", options_.common.seed);
    settings.set("frames", options_.frames);
    settings.set("to-seed", options_.to_seed);
    settings.set("count", options_.count);
    for (const auto& [name, text] : one.changes) settings.parse(name, text);
    return generate({}, generate_options(settings), go_on).image;
  }

  void expect_refused(Error::Kind kind, const std::string& part) {
    try {
      run();
      ADD_FAILURE() << "not refused; expected: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(int(error.kind), int(kind)) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  ScratchFolder folder_;
  GenerateOptions options_;
};

TEST_F(Generate, SamplesOneOfEachSeedAndEachIsRepeatedAlone) {
  options_.count = 4;
  options_.common.seed = 10;
  const Result all = run();
  ASSERT_EQ(all.further.size(), 3u);
  EXPECT_EQ(all.image.width, 16);
  EXPECT_EQ(all.changes.at("seed"), "10");
  EXPECT_EQ(all.further[2].changes.at("seed"), "13");
  EXPECT_GT(difference(all.image, all.further[1].image), 0.01f);
  EXPECT_EQ(difference(all.further[2].image, again(all.further[2])), 0);
}

TEST_F(Generate, GoesOnAtNothingAfterTheLastSeed) {
  options_.count = 2;
  options_.common.seed = 2147483647;
  const Result both = run();
  EXPECT_EQ(both.changes.at("seed"), "2147483647");
  EXPECT_EQ(both.further[0].changes.at("seed"), "0");
}

TEST_F(Generate, FramesLeadFromSeedToSeedAndEachIsRepeatedAlone) {
  const Image from = run().image;
  options_.common.seed = 6;
  options_.class_name = "cat";  // that of seed 0
  const Image to = run().image;
  options_.common.seed = 0;
  options_.class_name = "";
  options_.frames = 5;
  options_.to_seed = 6;
  const Result way = run();
  ASSERT_EQ(way.further.size(), 4u);
  EXPECT_LT(difference(way.image, from), 1e-5f);
  EXPECT_LT(difference(way.further[3].image, to), 1e-5f);
  EXPECT_GT(difference(way.further[1].image, from), 0.01f);
  EXPECT_EQ(difference(way.further[1].image, again(way.further[1])), 0);
}

TEST(Draft, SeedsDrawClassesAsTheyWereLearnt) {
  const GeneratorPlan plan = {
      .latent = 2, .classes = {"cat", "dog", "owl"}, .class_counts = {5, 90, 5}};
  GenerateOptions options{.count = 400};
  std::vector<int> shown(3), among_the_first(3);
  const GeneratorPtr net = make_generator(plan);
  const std::vector<Draft> drafts = draft(options, *net);
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    ++shown[std::size_t(drafts[i].shown)];
    if (i < 20) ++among_the_first[std::size_t(drafts[i].shown)];
  }
  EXPECT_NEAR(shown[0], 20, 2);
  EXPECT_NEAR(shown[1], 360, 4);
  EXPECT_NEAR(shown[2], 20, 2);
  EXPECT_NEAR(among_the_first[1], 18, 1) << "seeds in a row, too";
  options.count = 1;
  options.common.seed = 2147483647;
  EXPECT_LT(draft(options, *net)[0].shown, 3);
}

TEST(Draft, SeedsLeaveOutClassesThatAreOnlyAskedFor) {
  const GeneratorPlan plan = {
      .latent = 2, .classes = {"cat", "dog", "owl"}, .class_counts = {0, 3, 0}};
  GenerateOptions options{.count = 50};
  const GeneratorPtr net = make_generator(plan);
  for (const Draft& one : draft(options, *net)) EXPECT_EQ(one.shown, 1);
  options.class_name = "owl";
  EXPECT_EQ(draft(options, *net)[0].shown, 2);
}

TEST(Draft, OfSeveralTakesTheOneThatTheJudgeBelievesMost) {
  torch::NoGradGuard no_grad;
  torch::manual_seed(2);
  const GeneratorPlan plan = {.latent = 5,
                              .classes = {"cat", "dog"},
                              .draws = 4,
                              .height = 16,
                              .width = 16,
                              .features = 4};
  const GeneratorPtr net = make_generator(plan);
  net->eval();
  const torch::Tensor first = net->latent_of(7, 1);
  EXPECT_TRUE(first.equal(latents_of(7, 1, 5)[0])) << "without a judge";
  Discriminator judge(plan, false);
  for (auto& parameter : judge->parameters()) parameter.normal_(0, 0.3);
  net->be_judged_by(judge);
  const auto score = [&](const torch::Tensor& latent, int64_t shown) {
    const torch::Tensor one = torch::full({1}, shown, torch::kInt64);
    return judge(net->forward(latent.unsqueeze(0), one), one).item<double>();
  };
  int changed = 0;
  for (int seed = 0; seed < 12; ++seed) {
    const torch::Tensor taken = net->latent_of(seed, 1);
    EXPECT_TRUE(taken.equal(net->latent_of(seed, 1)));
    const torch::Tensor own = latents_of(std::uint64_t(seed), 1, 5)[0];
    EXPECT_GE(score(taken, 1), score(own, 1) - 1e-5);
    changed += !taken.equal(own);
    EXPECT_FALSE(taken.equal(net->latent_of(seed + 1, 1)));
  }
  EXPECT_GT(changed, 4) << "about three of four";
  const std::vector<Draft> drafts = draft({.class_name = "dog", .count = 3}, *net);
  EXPECT_TRUE(drafts[2].latent.equal(net->latent_of(2, 1)));
}

TEST_F(Generate, ShowsTheClassAskedForOrDrawsOne) {
  options_.class_name = "dog";
  const Result dog = run();
  EXPECT_EQ(dog.facts.at("class"), "dog");
  options_.class_name = "";
  EXPECT_EQ(run().facts.at("class"), "cat");
  options_.common.seed = 1;
  EXPECT_EQ(run().facts.at("class"), "dog");
}

TEST_F(Generate, AddsLatentsAndReadsThemFromAFile) {
  options_.latent = "3:0.5,8:-1";
  const Image sum = run().image;
  const torch::Tensor rows = torch::stack(
      {latents_of(1, 1, 6)[0], 0.5f * latents_of(3, 1, 6)[0] - latents_of(8, 1, 6)[0]});
  save_weights(folder_ / "rows.safetensors", {{"latent", rows}}, {});
  options_.latent = "";
  options_.class_name = "cat";
  options_.latent_file = (folder_ / "rows.safetensors").string();
  const Result both = run();
  ASSERT_EQ(both.further.size(), 1u);
  EXPECT_LT(difference(both.further[0].image, sum), 1e-5f);
  EXPECT_EQ(both.further[0].changes.at("latent-row"), "1");
}

TEST_F(Generate, TruncatesTowardsTheUsual) {
  options_.class_name = "cat";
  options_.truncation = 0;
  const Image one = run().image;
  options_.common.seed = 5;
  EXPECT_EQ(difference(one, run().image), 0);
}

TEST_F(Generate, MakesASheetOfAnySize) {
  options_.count = 5;
  options_.grid = true;
  options_.width = 20;
  const Result sheet = run();
  EXPECT_TRUE(sheet.further.empty());
  EXPECT_EQ(sheet.image.width, 60);
  EXPECT_EQ(sheet.image.height, 40);
}

TEST_F(Generate, RebuildsAPictureAndVariesIt) {
  options_.model = "coder";
  const Image picture = gradient_image(30, 20);
  const Result rebuilt = generate({picture}, options_, go_on);
  EXPECT_EQ(rebuilt.image.width, 30);
  EXPECT_EQ(rebuilt.image.height, 20);
  options_.common.seed = 9;
  EXPECT_EQ(difference(rebuilt.image, generate({picture}, options_, go_on).image), 0);
  options_.vary = 1;
  EXPECT_GT(difference(rebuilt.image, generate({picture}, options_, go_on).image), 1e-3f);
}

TEST_F(Generate, RefusesWhatMakesNoSense) {
  options_.class_name = "cow";
  expect_refused(Error::Kind::BadSetting, "has cat and dog");
  options_.class_name = "";
  options_.latent = "x:1";
  expect_refused(Error::Kind::BadSetting, "not a whole number");
  options_.frames = 3;
  expect_refused(Error::Kind::BadSetting, "only one can say");
  options_.frames = 0;
  options_.latent = "";
  options_.width = options_.height = 65536;
  options_.common.memory = 64;
  expect_refused(Error::Kind::OutOfMemory, "may be used");
  options_.width = options_.height = 0;
  save_weights(folder_ / "rows.safetensors", {{"latent", torch::zeros({2, 7})}}, {});
  options_.latent_file = (folder_ / "rows.safetensors").string();
  expect_refused(Error::Kind::NoModel, "takes {N, 6}");
  options_.latent_file = "";
  EXPECT_THROW(generate({gradient_image(8, 8)}, options_, go_on), Error);  // no VAE
}

TEST_F(Generate, RefusesBrokenModels) {
  GeneratorPlan plan = {
      .network = "mlp", .latent = 6, .classes = {}, .height = 16, .width = 16, .features = 4};
  std::map<std::string, torch::Tensor> tensors;
  for (auto& [name, tensor] : weights_of(*make_generator(plan)))
    tensors["generator." + name] = torch::full_like(tensor, NAN);
  save(tensors, plan, "generator", "nan");
  options_.model = "nan";
  expect_refused(Error::Kind::NoModel, "NaN");
  plan.height = 32;
  for (auto& [name, tensor] : tensors) tensor.zero_();
  save(tensors, plan, "generator", "misfit");
  options_.model = "misfit";
  expect_refused(Error::Kind::NoModel, "needs");
}

}  // namespace
}  // namespace pastiche
