#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "evaluate/measure.hpp"
#include "evaluate/wct.hpp"
#include "fixtures.hpp"
#include "nets/decoder.hpp"
#include "nets/squeezenet.hpp"
#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "tensor_image.hpp"

// What NumPy and PyTorch computed with the files in tests/reference; make_evaluation.py made both.

namespace pastiche {
namespace {

namespace fs = std::filesystem;

const fs::path source = PASTICHE_SOURCE;
const fs::path reference = source / "tests/reference";

template <class Value>
Image drawn(int width, int height, Value value) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = float(value(c, y, x));
      image.at(x, y)[3] = 1;
    }
  return image;
}

// By the formulas of make_evaluation.py.
double content_value(int c, int y, int x) { return (c * 7 + y * 13 + x * 29) % 101 / 100.0; }
Image content() { return drawn(60, 44, content_value); }
Image style() {
  return drawn(40, 52,
               [](int c, int y, int x) { return (c * 31 + y * 17 + x * 5 + x * y) % 97 / 96.0; });
}
Image result() {
  return drawn(60, 44, [](int c, int y, int x) {
    return 0.5 * content_value(c, y, x) + 0.5 * ((c * 11 + y * 7 + x * 3) % 53 / 52.0);
  });
}

nlohmann::json expected(const char* name) {
  return nlohmann::json::parse(std::ifstream(reference / "evaluation.json")).at(name);
}

void expect_samples(const torch::Tensor& ours, const nlohmann::json& theirs) {
  ASSERT_EQ(ours.sizes().vec(), theirs.at("shape").get<std::vector<int64_t>>());
  const auto values = theirs.at("values").get<std::vector<double>>();
  const torch::Tensor wanted = torch::tensor(values).to(torch::kFloat32);
  const torch::Tensor samples = ours.flatten().slice(0, 0, {}, theirs.at("stride").get<int64_t>());
  ASSERT_EQ(samples.sizes(), wanted.sizes());
  EXPECT_LT(((samples - wanted).norm() / wanted.norm()).item<double>(), 1e-4);
}

class Evaluate : public testing::Test {
 protected:
  std::string import(const fs::path& file, const std::string& name) {
    return import_model(file, name, folder_.path()).name;
  }

  MeasuringOptions squeezenet() {
    import(reference / "squeezenet.net", "judge");
    return {.encoder = "judge", .models = folder_.path(), .device = "cpu"};
  }

  WctOptions one_level() {
    import(reference / "normalised.pth", "e");
    import(reference / "decoder-normalised.pth", "d");
    return {.encoders = "e",
            .decoders = "d",
            .strength = 1,
            .ridge = 0.5,
            .models = folder_.path(),
            .common = {.device = "cpu"}};
  }

  void expect_layers(const fs::path& file, const char* name) {
    const Model model = import_model(file, "m", folder_.path());
    SqueezeNet net = load_squeezenet(TensorFile(model.file));
    const auto layers = expected(name);
    for (const auto& [layer, theirs] : layers.items()) {
      SCOPED_TRACE(layer);
      const torch::Tensor x = to_tensor(content(), torch::kCPU);
      expect_samples(net(x, std::set<std::string>{layer}).at(layer), theirs);
    }
  }

  ScratchFolder folder_;
};

const auto quiet = [](double, std::string_view) { return true; };

TEST_F(Evaluate, ImportedSqueezeNetGivesPyTorchsNumbers) {
  expect_layers(reference / "squeezenet.net", "squeezenet");
}

TEST_F(Evaluate, PublishedSqueezeNetInSharedDataGivesPyTorchsNumbers) {
  const fs::path file = source / "../shared/data/weights/squeezenet1.0/compressed_SqueezeNet.net";
  if (!fs::exists(file)) GTEST_SKIP() << "no ../shared/data/weights beside the checkout";
  expect_layers(file, "published");
}

TEST_F(Evaluate, SqueezeNetTakesPicturesOfAnySize) {
  const Model model = import_model(reference / "squeezenet.net", "m", folder_.path());
  SqueezeNet net = load_squeezenet(TensorFile(model.file));
  for (const auto& [height, width] : {std::pair{1, 1}, {7, 3}, {9, 40}, {16, 17}}) {
    const std::set<std::string> layers = {"conv1", "fire9", "logits"};
    const Features features = net(torch::rand({1, 3, height, width}), layers);
    EXPECT_EQ(features.size(), 3);
    EXPECT_TRUE(features.at("logits").isfinite().all().item<bool>()) << height << " x " << width;
  }
}

TEST_F(Evaluate, ImportedDecodersGivePyTorchsNumbers) {
  const torch::Tensor grid = torch::arange(6 * 5 * 7).view({1, 6, 5, 7});
  const torch::Tensor x = grid % 7, y = grid.floor_divide(7) % 5, c = grid.floor_divide(35);
  const torch::Tensor code = (c * 5 + y * 3 + x * 7) % 11 / 5.0;
  for (const char* name : {"decoder-distilled", "decoder-normalised"}) {
    SCOPED_TRACE(name);
    const Model model = import_model(reference / (name + std::string(".pth")), "m", folder_.path());
    Decoder decoder = load_decoder(TensorFile(model.file));
    EXPECT_EQ(decoder->blocks(), 3);
    EXPECT_EQ(decoder->channels(), 6);
    expect_samples(decoder(code.to(torch::kFloat32)), expected(name).at("output"));
  }
}

TEST_F(Evaluate, MeasuresAreNumPys) {
  const Distances ours = measure(content(), style(), {result()}, squeezenet()).front();
  const auto theirs = expected("measures");
  for (const Measure& measure : measures()) {
    const double wanted = theirs.at(measure.name).get<double>();
    EXPECT_NEAR(ours.*measure.value, wanted, 1e-3 * wanted) << measure.name;
  }
}

TEST_F(Evaluate, FindsTheContentItselfFarFromTheStyleAndTheStyleItselfAtIt) {
  const auto options = squeezenet();
  const Distances still = measure(content(), style(), {content()}, options).front();
  EXPECT_EQ(still.content, 0);
  EXPECT_GT(still.style, 0.01);
  EXPECT_GT(still.sifid, 0.001);
  EXPECT_GT(still.colour, 1);
  const Distances turned = measure(style(), style(), {style()}, options).front();
  EXPECT_EQ(turned.style, 0);
  EXPECT_LT(turned.sifid, 1e-9);
  EXPECT_EQ(turned.colour, 0);
}

TEST_F(Evaluate, OrdersMixturesOfContentAndStyle) {
  const Image flat = drawn(40, 40, [](int, int, int) { return 0.5; });
  const auto mixed = [](double share) {
    return drawn(40, 40,
                 [=](int c, int y, int x) { return 0.5 + share * (content_value(c, y, x) - 0.5); });
  };
  const auto rising = measure(flat, mixed(1), {mixed(0.2), mixed(0.5), mixed(0.9)}, squeezenet());
  for (const Measure& measure : measures()) {
    if (measure.value == &Distances::content) continue;
    EXPECT_GT(rising[0].*measure.value, rising[1].*measure.value) << measure.name;
    EXPECT_GT(rising[1].*measure.value, rising[2].*measure.value) << measure.name;
  }
  EXPECT_LT(rising[0].content, rising[1].content);
  EXPECT_LT(rising[1].content, rising[2].content);
}

TEST_F(Evaluate, MeasuresUnderAnyEncoderToo) {
  import(reference / "normalised.pth", "e");
  const MeasuringOptions options = {.encoder = "e", .models = folder_.path(), .device = "cpu"};
  const auto distances = measure(content(), style(), {content(), result()}, options);
  EXPECT_EQ(distances[0].content, 0);
  EXPECT_GT(distances[1].content, 0.01);
}

TEST_F(Evaluate, RefusesToMeasureWithADecoder) {
  import(reference / "decoder-normalised.pth", "d");
  try {
    measure(content(), style(), {result()}, {.encoder = "d", .models = folder_.path()});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::NoModel);
    EXPECT_NE(std::string(error.what()).find("takes a squeezenet or an encoder"), std::string::npos)
        << error.what();
  }
}

TEST_F(Evaluate, WctGivesNumPysPicture) {
  const Image ours = wct(content(), style(), one_level(), quiet).image;
  EXPECT_EQ(ours.width, 60);
  expect_samples(to_tensor(ours, torch::kCPU), expected("wct").at("output"));
}

TEST_F(Evaluate, WctTakesSidesThatItsPoolingsDoNotDivide) {
  const Image ours = wct(gradient_image(33, 13), style(), one_level(), quiet).image;
  EXPECT_EQ(ours.width, 33);
  EXPECT_EQ(ours.height, 13);
}

TEST_F(Evaluate, WctRefusesNetworksThatDoNotBelongTogether) {
  WctOptions options = one_level();
  import(reference / "distilled.pth", "other");
  const struct {
    const char *encoders, *decoders;
    Error::Kind kind;
  } cases[] = {{"e,e", "d", Error::Kind::BadSetting},
               {"", "", Error::Kind::BadSetting},
               {"d", "e", Error::Kind::NoModel},
               {"gone", "d", Error::Kind::NoModel}};
  for (const auto& c : cases) {
    options.encoders = c.encoders;
    options.decoders = c.decoders;
    try {
      wct(content(), style(), options, quiet);
      ADD_FAILURE() << "no error for " << c.encoders << " and " << c.decoders;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, c.kind) << error.what();
    }
  }
}

}  // namespace
}  // namespace pastiche
