#include "evaluate/measure_generator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "data/picture_file.hpp"
#include "data/picture_set.hpp"
#include "evaluate/sets.hpp"
#include "fixtures.hpp"
#include "nets/generator.hpp"
#include "nets/lenet.hpp"
#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

const fs::path reference = fs::path(PASTICHE_SOURCE) / "tests/reference";

const auto quiet = [](double, std::string_view) { return true; };

/// IDX files of these sizes and values.
void write_idx(const fs::path& file, const std::vector<int>& sizes, const std::string& values) {
  std::string bytes = {0, 0, 8, char(sizes.size())};
  for (const int size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += char(size >> shift & 255);
  std::ofstream(file, std::ios::binary) << bytes << values;
}

/// 48 pictures of 9 px and their labels, by the formulas of make_scores.py.
fs::path write_digits(const fs::path& folder) {
  std::string pictures, labels;
  for (int n = 0; n < 48; ++n) {
    for (int y = 0; y < 9; ++y)
      for (int x = 0; x < 9; ++x)
        pictures += char((n * 37 + y * y * 11 + x * 17 + n * x * y * 5) % 256);
    labels += char(n % 10);
  }
  write_idx(folder / "t-images-idx3-ubyte", {48, 9, 9}, pictures);
  write_idx(folder / "t-labels-idx1-ubyte", {48}, labels);
  return folder / "t-images-idx3-ubyte";
}

torch::Tensor random_rows(int64_t count, int64_t size, int seed) {
  return latents_of(seed, count, size).to(torch::kFloat64);
}

class MeasureGenerator : public testing::Test {
 protected:
  MeasureGenerator() {
    setenv("XDG_DATA_HOME", folder_.path().c_str(), 1);
    import_model(reference / "generator-mlp.pth", "gan");
    import_model(reference / "lenet.pth", "lenet");
    options_.real = write_digits(folder_.path());
    options_.device = "cpu";
  }

  /// A generator of grey 6 px pictures with these classes and random weights.
  std::string conditional(const std::vector<std::string>& classes) {
    torch::manual_seed(1);
    const GeneratorPlan plan = {.network = "mlp",
                                .latent = 5,
                                .classes = classes,
                                .height = 6,
                                .width = 6,
                                .channels = 1,
                                .features = 12};
    const GeneratorPtr net = make_generator(plan, 2);
    std::map<std::string, torch::Tensor> tensors;
    for (const auto& [name, tensor] : weights_of(*net)) tensors["generator." + name] = tensor;
    Metadata metadata = metadata_of(plan);
    metadata["architecture"] = "generator";
    const fs::path file = folder_ / "conditional.safetensors";
    save_weights(file, tensors, metadata);
    return file.string();
  }

  GeneratorScores measured(const std::string& model = "gan") {
    return measure_generator(model, options_, quiet);
  }

  void expect_refused(Error::Kind kind, const char* part, const std::string& model = "gan") {
    try {
      measured(model);
      ADD_FAILURE() << "nothing was refused; expected: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  ScratchFolder folder_;
  GeneratorMeasuringOptions options_;
};

TEST_F(MeasureGenerator, MeasuresAreNumPys) {
  options_.count = 60;
  const GeneratorScores ours = measured();
  EXPECT_EQ(ours.samples, 60);
  EXPECT_EQ(ours.real, 48);
  EXPECT_EQ(ours.classifier, "lenet");
  const auto theirs = nlohmann::json::parse(std::ifstream(reference / "scores.json"));
  int compared = 0;
  for (const GeneratorMeasure& measure : generator_measures()) {
    if (!theirs.contains(measure.name)) continue;
    const double wanted = theirs.at(measure.name).get<double>();
    EXPECT_NEAR(ours.*measure.value, wanted, 1e-3 * std::abs(wanted)) << measure.name;
    ++compared;
  }
  EXPECT_EQ(compared, 11);
  EXPECT_TRUE(std::isnan(ours.accuracy)) << "nothing was asked for";
}

TEST_F(MeasureGenerator, TakesAsManySamplesAsThereAreRealPictures) {
  const GeneratorScores scores = measured();
  EXPECT_EQ(scores.samples, 48);
  EXPECT_EQ(scores.real, 48);
  EXPECT_EQ(scores.kid_deviation, 0) << "one subset: the whole sets";
}

TEST_F(MeasureGenerator, AccuracyIsTheShareOfSamplesTakenForTheirClass) {
  const std::string model = conditional({"4", "7"});
  const GeneratorPtr net = load_generator(TensorFile(model));
  LeNet lenet = load_lenet(TensorFile(find_model("lenet", "lenet").file));
  const auto share = [&](std::vector<int> classes) {
    torch::NoGradGuard no_grad;
    int right = 0;
    for (int i = 0; i < 20; ++i) {
      const int shown = classes[std::size_t(options_.seed + i) % classes.size()];
      const torch::Tensor made =
          net->forward(latents_of(options_.seed + i, 1, 5), torch::tensor({shown}));
      const auto taken = lenet(made.mul(255).round().div(255)).logits.argmax(1).item<int64_t>();
      right += taken == (shown ? 7 : 4);
    }
    return right / 20.0;
  };
  options_.count = 20;
  EXPECT_NEAR(measured(model).accuracy, share({0, 1}), 1e-9);
  for (const auto& [name, place] : {std::pair{"4", 0}, {"7", 1}}) {
    options_.class_name = name;
    EXPECT_NEAR(measured(model).accuracy, share({place}), 1e-9) << name;
  }
}

TEST_F(MeasureGenerator, AccuracyNeedsClassesThatTheClassifierKnows) {
  EXPECT_TRUE(std::isnan(measured(conditional({"4", "seven"})).accuracy));
}

TEST_F(MeasureGenerator, TruncationLowersDiversity) {
  const double whole = measured().diversity;
  options_.truncation = 0.3;
  EXPECT_LT(measured().diversity, 0.8 * whole);
}

TEST_F(MeasureGenerator, TellsRepeatedTrainingPicturesByTheirDistance) {
  options_.training = folder_ / "learnt";
  fs::create_directory(options_.training);
  const GeneratorPtr net = load_generator(TensorFile(find_model("gan", "generator").file));
  torch::NoGradGuard no_grad;
  for (int i = 0; i < 48; ++i) {
    const torch::Tensor made = net->forward(latents_of(options_.seed + i, 1, 5), {})[0];
    encode(fs::path(options_.training) / (std::to_string(i) + ".png"),
           made.mul(255).round().to(torch::kUInt8).expand({3, -1, -1}));
  }
  const GeneratorScores scores = measured();
  EXPECT_LT(scores.nearest, 1e-6) << "it learnt them by heart";
  EXPECT_GT(scores.real_nearest, 1e-4);
}

TEST_F(MeasureGenerator, MeasuresPhotosWithASqueezenet) {
  import_model(reference / "generator-dcgan.pth", "faces");
  import_model(reference / "squeezenet.net", "squeezenet");
  options_.count = 10;
  const GeneratorScores scores = measured("faces");
  EXPECT_EQ(scores.classifier, "squeezenet");
  EXPECT_EQ(scores.layer, "fire9");
  for (const GeneratorMeasure& measure : generator_measures())
    EXPECT_EQ(std::isfinite(scores.*measure.value),
              std::string_view(measure.name).find("accuracy") == std::string_view::npos)
        << measure.name;
}

TEST_F(MeasureGenerator, StopsWhenItIsToldTo) {
  const auto at_once = [](double, std::string_view) { return false; };
  EXPECT_THROW(measure_generator("gan", options_, at_once), Cancelled);
}

TEST_F(MeasureGenerator, RefusesSettingsThatCannotBe) {
  const GeneratorMeasuringOptions good = options_;
  const struct {
    Error::Kind kind;
    const char* why;
    void (*change)(GeneratorMeasuringOptions&);
  } cases[] = {
      {Error::Kind::BadSetting, "real is empty", [](auto& o) { o.real = ""; }},
      {Error::Kind::BadSetting, "same as real", [](auto& o) { o.training = o.real; }},
      {Error::Kind::BadSetting, "count is 3", [](auto& o) { o.count = 3; }},
      {Error::Kind::BadSetting, "has no classes", [](auto& o) { o.class_name = "7"; }},
      {Error::Kind::NoModel, "\"gone\"", [](auto& o) { o.classifier = "gone"; }},
      {Error::Kind::NoModel, "takes a lenet or a squeezenet",
       [](auto& o) { o.classifier = "gan"; }},
      {Error::Kind::BadImage, "cannot be read", [](auto& o) { o.real = "/nowhere/at/all"; }},
  };
  for (const auto& c : cases) {
    options_ = good;
    c.change(options_);
    expect_refused(c.kind, c.why);
  }
  options_ = good;
  expect_refused(Error::Kind::NoModel, "must be a generator, a vae or a torchscript", "lenet");
  options_.class_name = "eight";
  expect_refused(Error::Kind::BadSetting, "has 4 and 7", conditional({"4", "7"}));
}

TEST_F(MeasureGenerator, RefusesAFolderWithOnePicture) {
  const fs::path folder = folder_ / "one";
  fs::create_directory(folder);
  encode(folder / "a.png", torch::zeros({3, 6, 6}, torch::kUInt8));
  std::ofstream(folder / "broken.png") << "no picture";
  options_.real = folder;
  expect_refused(Error::Kind::BadImage, "there are 1, but to measure takes at least 10");
}

TEST_F(MeasureGenerator, SaysHowToGetAClassifier) {
  remove_model("lenet");
  expect_refused(Error::Kind::NoModel, "pastiche models import lenet_acc0.991.pth --name lenet");
}

TEST(IdxPictures, AreCalledByTheirLabels) {
  const ScratchFolder folder;
  const fs::path file = write_digits(folder.path());
  const PictureSet pictures(file.string());
  EXPECT_EQ(pictures.size(), 48u);
  EXPECT_EQ(pictures.classes().size(), 10u);
  const auto source = open_pictures(file.string());
  EXPECT_EQ(source->name(12), "2/00012");
  EXPECT_EQ(source->at(12).sizes(), (torch::IntArrayRef{3, 9, 9}));
  EXPECT_EQ(source->at(1)[2][2][3].item<int>(), (37 + 44 + 51 + 30) % 256);
  fs::remove(folder / "t-labels-idx1-ubyte");
  EXPECT_EQ(open_pictures(file.string())->name(12), "00012");
}

TEST(IdxPictures, ThatAreBrokenAreRefused) {
  const ScratchFolder folder;
  const fs::path file = folder / "t-images-idx3-ubyte";
  const auto expect = [&](const char* part) {
    try {
      open_pictures(file.string());
      ADD_FAILURE() << "nothing was refused; expected: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::BadImage);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  write_idx(file, {2, 3, 3}, std::string(17, 'x'));
  expect("speaks of 18 bytes, and 17 follow");
  write_idx(file, {0, 3, 3}, "");
  expect("speaks of 0 bytes");
  write_idx(file, {-1, -1, -1}, "x");
  expect("is broken");
  write_idx(file, {2, 3, 3}, std::string(18, 'x'));
  write_idx(folder / "t-labels-idx1-ubyte", {3}, "abc");
  expect("has no label for each picture");
}

TEST(PictureSets, AreShuffledTheSameEverywhere) {
  const torch::Tensor order = shuffled(1000, 7);
  EXPECT_TRUE(std::get<0>(order.sort()).equal(torch::arange(1000)));
  EXPECT_FALSE(order.equal(shuffled(1000, 8)));
}

TEST(PictureSets, ThatAreOneAndTheSameLieInEachOther) {
  const torch::Tensor a = random_rows(50, 4, 0), far = a + 100;
  EXPECT_EQ(share_within(a, a.clone()), 1);
  EXPECT_EQ(share_within(far, a), 0);
  EXPECT_LT(gaussian_distance(gaussian_of_rows(a), gaussian_of_rows(a)), 1e-9);
  EXPECT_NEAR(gaussian_distance(gaussian_of_rows(a), gaussian_of_rows(far)), 40000, 1e-6);
}

TEST(PictureSets, OfOneDistributionAreNoKernelDistanceApart) {
  const torch::Tensor a = random_rows(400, 3, 0), b = random_rows(300, 3, 5000);
  const KernelDistance same = kernel_distance(a, b), other = kernel_distance(a, 1.5 * b);
  EXPECT_LT(std::abs(same.mean), 0.2);
  EXPECT_GT(same.deviation, 0);
  EXPECT_GT(other.mean, 3 * std::abs(same.mean));
}

TEST(PictureSets, HaveNeighboursOtherThanThemselves) {
  const torch::Tensor line = torch::tensor({0.0, 1.0, 3.0, 7.0}, torch::kFloat64).unsqueeze(1);
  const torch::Tensor one = nearest_distances(line, line, 1),
                      two = nearest_distances(line, line, 2);
  EXPECT_TRUE(one.allclose(torch::tensor({1.0, 1.0, 2.0, 4.0}, torch::kFloat64)));
  EXPECT_TRUE(two.allclose(torch::tensor({3.0, 2.0, 3.0, 6.0}, torch::kFloat64)));
  EXPECT_NEAR(mean_distance(line), 23 / 6.0, 1e-9);
}

TEST(PictureSets, ScoreAsManyAsTheirClasses) {
  EXPECT_NEAR(classifier_score(1000 * torch::eye(7, torch::kFloat64)), 7, 1e-9);
  EXPECT_NEAR(classifier_score(torch::ones({5, 7}, torch::kFloat64)), 1, 1e-9);
}

}  // namespace
}  // namespace pastiche
