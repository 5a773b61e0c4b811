#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "data/picture_file.hpp"
#include "fixtures.hpp"
#include "nets/encoder.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "style/fast_style.hpp"
#include "train/loop.hpp"
#include "train/starting_net.hpp"
#include "train/style_scores.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// A user's folder with a tiny encoder and a tiny network of two styles in two strokes.
class LearnStyle : public testing::Test {
 protected:
  LearnStyle() {
    setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
    std::filesystem::create_directories(user_models());
    torch::manual_seed(1);
    judge_ = save("judge", weights_of(*Encoder(Widths{{4}, {4}, {4}, {4}, {4}})),
                  {{"architecture", "encoder"}}, "{}");
    TransformerNet net(4, 1, 4);
    for (auto& [name, rows] : net->norm_rows()) rows.detach().uniform_(-1, 1);
    base_ = save(
        "tiny", weights_of(*net),
        {{"architecture", "transformer"}, {"styles", R"(["one","two"])"}, {"strokes", "[40,64]"}},
        "{}");
    std::filesystem::create_directory(home_ / "data");
    for (const char* name : {"a.png", "b.png"})
      encode(home_ / "data" / name, (torch::rand({3, 34, 34}) * 255).to(torch::kUInt8));
    options_.loop.data = (home_ / "data").string();
    options_.from = "tiny";
    options_.encoder = options_.statistics = "judge";
    options_.loop.steps = 4;
    options_.loop.batch = 2;
    options_.loop.crop = 32;
    options_.loop.checkpoint_every = 2;
    options_.loop.common.device = "cpu";
  }

  static Model save(const std::string& name, const std::map<std::string, torch::Tensor>& tensors,
                    const Metadata& metadata, const std::string& card) {
    const auto file = user_models() / (name + ".safetensors");
    save_weights(file, tensors, metadata);
    return register_model(file, card);
  }

  static std::string output(const std::string& name) {
    return (user_models() / (name + ".safetensors")).string();
  }

  Facts learn(const std::string& name, const Progress& progress = go_on,
              const std::vector<Image>& pictures = {gradient_image(48, 40)}) {
    return train_fast_style(options_, pictures, output(name), progress);
  }

  std::pair<Error::Kind, std::string> refusal(const std::string& name,
                                              const std::vector<Image>& pictures) try {
    learn(name, go_on, pictures);
    return {Error::Kind::Internal, "nothing"};
  } catch (const Error& error) {
    return {error.kind, error.what()};
  }

  static std::map<std::string, torch::Tensor> tensors_of(const std::string& name) {
    const TensorFile file(output(name));
    std::map<std::string, torch::Tensor> tensors;
    for (const auto& [key, tensor] : file.tensors()) tensors[key] = to_torch(tensor);
    return tensors;
  }

  ScratchFolder home_;
  Model judge_, base_;
  FastStyleTrainOptions options_;
};

TEST_F(LearnStyle, WritesTheRowsAloneForTheBaseOnly) {
  learn("fern");
  const Model fern = find_model("fern", "style");
  EXPECT_EQ(fern.styles, std::vector<std::string>{"fern"});
  EXPECT_EQ(fern.strokes, (std::vector<int>{40, 64})) << "the base's";
  EXPECT_EQ(fern.base, "tiny");
  EXPECT_EQ(fern.base_sha256, base_.sha256);
  verify_model(fern);
  for (const auto& [name, rows] : tensors_of("fern")) {
    EXPECT_TRUE(name.ends_with(".scale") || name.ends_with(".shift") ||
                name.starts_with("statistics."))
        << name;
    EXPECT_EQ(rows.size(0), 2) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(checkpoint_of(output("fern"))));
}

TEST_F(LearnStyle, CanBeRefinedWhereItsStatisticsWereKept) {
  learn("fern");
  FastStyleOptions painting;
  painting.model = "tiny";
  painting.style = "fern";
  painting.common.device = "cpu";
  const auto paint = [&](int steps) {
    painting.refine = steps;
    return fast_style(gradient_image(24, 24), painting, go_on).image;
  };
  EXPECT_GT(difference(paint(3), paint(0)), 1e-2f);
  painting.style = "fern,one";
  EXPECT_THROW(paint(3), Error) << "the base has none";
  painting.style = "moss";
  options_.statistics = "";
  learn("moss");
  EXPECT_THROW(paint(3), Error);
}

TEST_F(LearnStyle, ComesNearerToTheStyle) {
  options_.loop.steps = 40;
  options_.loop.learning_rate = 0.2;
  options_.content_weight = options_.tv_weight = 0;
  const Facts facts = learn("fern");
  EXPECT_LT(std::stod(facts.at("style-loss")), 0.985 * std::stod(facts.at("style-loss-before")));
}

TEST_F(LearnStyle, IsOfferedBlendedRenamedAndRemoved) {
  learn("fern");
  FastStyleOptions painting;
  painting.model = "tiny";
  painting.style = "fern";
  painting.common.device = "cpu";
  const auto paint = [&](const std::string& style) {
    painting.style = style;
    return fast_style(gradient_image(24, 24), painting, go_on).image;
  };
  const Image fern = paint("fern");
  EXPECT_GT(difference(paint("fern,one"), fern), 1e-4f);
  rename_model("fern", "moss");
  EXPECT_EQ(list_styles(base_).back().name, "moss");
  EXPECT_EQ(paint("moss").pixels, fern.pixels);
  remove_model("moss");
  EXPECT_EQ(list_styles(base_).size(), 2u);
  EXPECT_THROW(paint("moss"), Error);
}

TEST_F(LearnStyle, OfAllLayersMakesAModelOfItsOwn) {
  options_.learn = "all";
  learn("whole");
  const Model whole = find_model("whole", "transformer");
  EXPECT_EQ(whole.styles, std::vector<std::string>{"whole"});
  EXPECT_FALSE(tensors_of("whole")
                   .at("res1_a.weight")
                   .equal(tensors_of("tiny").at("res1_a.weight").to(torch::kFloat16)));
}

TEST_F(LearnStyle, OfSeveralPicturesKeepsTheirNames) {
  options_.name = "fern,moss";
  learn("greens", go_on, {gradient_image(48, 40), gradient_image(33, 64)});
  EXPECT_EQ(find_model("greens", "style").styles, (std::vector<std::string>{"fern", "moss"}));
}

TEST_F(LearnStyle, ThatWasStoppedGoesOnAsIfItHadNotBeen) {
  for (const double adversarial : {0.0, 0.5}) {
    options_.adversarial_weight = adversarial;
    const std::string kind = adversarial > 0 ? "-judged" : "";
    learn("whole" + kind);
    int step = 0;
    const Progress stop = [&](double, std::string_view) { return ++step < 3; };
    EXPECT_THROW(learn("cut" + kind, stop), Cancelled);
    EXPECT_FALSE(std::filesystem::exists(output("cut" + kind)));
    learn("cut" + kind);
    const auto whole = tensors_of("whole" + kind), cut = tensors_of("cut" + kind);
    for (const auto& [name, rows] : whole) EXPECT_TRUE(rows.equal(cut.at(name))) << name << kind;
  }
  EXPECT_FALSE(tensors_of("whole").at("up1.scale").equal(tensors_of("cut-judged").at("up1.scale")));
}

TEST_F(LearnStyle, DoesNotGoOnWithAnotherPicture) {
  const Progress stop = [](double, std::string_view) { return false; };
  EXPECT_THROW(learn("fern", stop), Cancelled);
  const auto [kind, sentence] = refusal("fern", {gradient_image(90, 40)});
  EXPECT_EQ(kind, Error::Kind::BadSetting);
  EXPECT_NE(sentence.find("other style pictures"), std::string::npos) << sentence;
}

TEST_F(LearnStyle, RefusesWhatItCannotLearn) {
  learn("fern");
  const std::vector<Image> one = {gradient_image(48, 40)}, tiny = {gradient_image(3, 3)};
  const struct {
    const char *what, *sentence;
    std::string output, from, learn, strokes, name;
    std::vector<Image> pictures;
    Error::Kind kind;
  } cases[] = {
      {"3x3 pixels", "has 3x3 pixels; 32", "new", "tiny", "auto", "", "", tiny,
       Error::Kind::BadImage},
      {"an encoder to begin with", "\"transformer\" is needed", "new", "judge", "auto", "", "", one,
       Error::Kind::NoModel},
      {"a style to begin with", "\"transformer\" is needed", "new", "fern", "auto", "", "", one,
       Error::Kind::NoModel},
      {"nothing to begin with", "from must name it", "new", "", "norm", "", "", one,
       Error::Kind::BadSetting},
      {"the base's name", "There is a style \"one\" already", "one", "tiny", "auto", "", "", one,
       Error::Kind::BadSetting},
      {"a learnt style's name", "There is a style \"fern\" already", "fern", "tiny", "auto", "", "",
       one, Error::Kind::BadSetting},
      {"a name with a comma", "which names 2 styles", "new", "tiny", "auto", "", "a,b", one,
       Error::Kind::BadSetting},
      {"a name with a blank", "cannot be called", "new", "tiny", "auto", "", "a b", one,
       Error::Kind::BadSetting},
      {"the same name twice",
       "Two styles",
       "new",
       "tiny",
       "auto",
       "",
       "a,a",
       {one[0], one[0]},
       Error::Kind::BadSetting},
      {"descending strokes", "ascending", "new", "tiny", "auto", "64,40", "", one,
       Error::Kind::BadSetting},
      {"no picture",
       "No style was given",
       "new",
       "tiny",
       "norm",
       "",
       "",
       {},
       Error::Kind::BadSetting},
  };
  for (const auto& c : cases) {
    options_.from = c.from;
    options_.learn = c.learn;
    options_.strokes = c.strokes;
    options_.name = c.name;
    const auto [kind, sentence] = refusal(c.output, c.pictures);
    EXPECT_EQ(kind, c.kind) << c.what << ": " << sentence;
    EXPECT_NE(sentence.find(c.sentence), std::string::npos) << c.what << ": " << sentence;
  }
}

TEST_F(LearnStyle, SaysByNumbersWhetherNormParametersAreEnough) {
  EXPECT_NE(learn("a").at("advice").find("card does not tell"), std::string::npos);
  const auto base_with = [&](const std::string& sha256, double loss) {
    nlohmann::json losses = {{"judge", {{"name", "judge"}, {"sha256", sha256}}}};
    losses["style"]["one"] = {loss / 2, loss};
    losses["style"]["two"] = {0.001};
    const nlohmann::json card = {{"losses", nlohmann::json::array({losses})}};
    register_model(base_.file, card.dump());
  };
  base_with(judge_.sha256, 1000);
  EXPECT_NE(learn("b").at("advice").find("are enough"), std::string::npos);
  base_with(judge_.sha256, 0.001);
  EXPECT_NE(learn("c").at("advice").find("learn=all"), std::string::npos);
  base_with(std::string(64, '0'), 0.001);
  EXPECT_NE(learn("d").at("advice").find("card does not tell"), std::string::npos);
}

TEST_F(LearnStyle, TellsInTheCardWhatTheNextOneIsComparedWith) {
  options_.learn = "all";
  learn("whole");
  const Model whole = find_model("whole", "transformer");
  const auto worst = worst_in(read_card(whole), judge_);
  ASSERT_TRUE(worst.has_value());
  EXPECT_GT(*worst, 0);
  EXPECT_FALSE(worst_in(read_card(whole), base_).has_value()) << "another judge";
}

/// Fits best with one of the rows of `best`, worse the less of it there is.
Fit fit_of(int64_t best) {
  return [best](const torch::Tensor& blend, int64_t) { return 1 - blend[0][best].item<double>(); };
}

TEST(RowMixture, BeginsWithTheStyleThatFitsBest) {
  const StyleRows had = {{"one", "two"}, {}}, wanted = {{"three"}, {}};
  EXPECT_TRUE(row_mixture(had, wanted, fit_of(1)).equal(torch::tensor({{0.0f, 1.0f}})));
  EXPECT_TRUE(row_mixture(had, wanted, fit_of(0)).equal(torch::tensor({{1.0f, 0.0f}})));
  const Fit mean_is_best = [](const torch::Tensor& blend, int64_t) {
    return blend.max().item<double>();
  };
  EXPECT_TRUE(row_mixture(had, wanted, mean_is_best).equal(torch::tensor({{0.5f, 0.5f}})));
}

TEST(RowMixture, KeepsAStyleThatWasThere) {
  const StyleRows had = {{"one", "two"}, {}}, wanted = {{"two", "three", "one"}, {}};
  EXPECT_TRUE(row_mixture(had, wanted, fit_of(0))
                  .equal(torch::tensor({{0.0f, 1.0f}, {1.0f, 0.0f}, {1.0f, 0.0f}})));
}

TEST(RowMixture, GoesBetweenTheSizesOfStrokes) {
  const StyleRows had = {{"one"}, {100, 200, 400}}, wanted = {{"one"}, {50, 150, 250, 800}};
  EXPECT_TRUE(
      row_mixture(had, wanted, fit_of(0))
          .allclose(torch::tensor(
              {{1.0f, 0.0f, 0.0f}, {0.5f, 0.5f, 0.0f}, {0.0f, 0.75f, 0.25f}, {0.0f, 0.0f, 1.0f}})));
}

TEST(RowMixture, OfNonsenseIsTheMean) {
  const StyleRows had = {{"one", "two"}, {}}, wanted = {{"three"}, {}};
  const Fit broken = [](const torch::Tensor&, int64_t) { return NAN; };
  EXPECT_TRUE(row_mixture(had, wanted, broken).equal(torch::tensor({{0.5f, 0.5f}})));
}

}  // namespace
}  // namespace pastiche
