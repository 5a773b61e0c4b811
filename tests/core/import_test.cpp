#include <algorithm>

#include "pastiche/models.hpp"
#include "pastiche/torchscript.hpp"
#include "pth_builder.hpp"
#include "store/sha256.hpp"
#include "store/tensor_types.hpp"
#include "support.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;
using pth::TestTensors;

void add_conv(TestTensors& tensors, const std::string& name, int out, int in, int side = 3) {
  tensors[name + ".weight"] = {.shape = {out, in, side, side}};
  tensors[name + ".bias"] = {.shape = {out}};
}

/// VGG-shaped, by torchvision's names, two channels wide.
TestTensors torchvision(const std::vector<int>& places) {
  TestTensors tensors;
  for (const int place : places)
    add_conv(tensors, "features." + std::to_string(place), 2, place == 0 ? 3 : 2);
  tensors["classifier.0.weight"] = {.shape = {4, 2}};
  return tensors;
}

const std::vector<int> vgg16 = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};
const std::vector<int> vgg19 = {0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34};

/// PyTorch's fast_neural_style example, one channel wide.
TestTensors transformer(bool deprecated) {
  TestTensors tensors;
  const auto norm = [&](const std::string& name, int channels) {
    tensors[name + ".weight"] = tensors[name + ".bias"] = {.shape = {channels}};
    if (deprecated)
      tensors[name + ".running_mean"] = tensors[name + ".running_var"] = {.shape = {channels}};
  };
  add_conv(tensors, "conv1.conv2d", 1, 3, 9);
  add_conv(tensors, "conv2.conv2d", 2, 1);
  add_conv(tensors, "conv3.conv2d", 4, 2);
  add_conv(tensors, "deconv1.conv2d", 2, 4);
  add_conv(tensors, "deconv2.conv2d", 1, 2);
  add_conv(tensors, "deconv3.conv2d", 3, 1, 9);
  const int channels[] = {1, 2, 4, 2, 1};
  for (int i = 1; i <= 5; ++i) norm("in" + std::to_string(i), channels[i - 1]);
  for (int i = 1; i <= 5; ++i)
    for (const char* half : {"1", "2"}) {
      const std::string block = "res" + std::to_string(i) + ".";
      add_conv(tensors, block + "conv" + half + ".conv2d", 4, 4);
      norm(block + "in" + half, 4);
    }
  return tensors;
}

void add_linear(TestTensors& tensors, const std::string& name, int out, int in) {
  tensors[name + ".weight"] = {.shape = {out, in}};
  tensors[name + ".bias"] = {.shape = {out}};
}

/// Places in a Sequential: linear layers of these widths, the first being the latent's.
TestTensors sequential(const std::vector<int>& widths) {
  TestTensors tensors;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i)
    add_linear(tensors, std::to_string(2 * i), widths[i + 1], widths[i]);
  return tensors;
}

/// PyTorch's DCGAN example, `widths` being the latent's, then the channels.
TestTensors dcgan(const std::vector<int>& widths, bool counts = true) {
  TestTensors tensors;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    const std::string norm = "main." + std::to_string(3 * i + 1);
    tensors["main." + std::to_string(3 * i) + ".weight"] = {
        .shape = {widths[i], widths[i + 1], 4, 4}};
    if (i + 2 == widths.size()) break;
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
      tensors[norm + part] = {.shape = {widths[i + 1]}};
    if (counts) tensors[norm + ".num_batches_tracked"] = {.shape = {}, .storage = "LongStorage"};
  }
  return tensors;
}

/// PyTorch's VAE example.
TestTensors vae(int pixels, int latent) {
  TestTensors tensors;
  add_linear(tensors, "fc1", 6, pixels);
  add_linear(tensors, "fc21", latent, 6);
  add_linear(tensors, "fc22", latent, 6);
  add_linear(tensors, "fc3", 6, latent);
  add_linear(tensors, "fc4", pixels, 6);
  return tensors;
}

class Import : public testing::Test {
 protected:
  fs::path file(const TestTensors& tensors) {
    pth::write_zip(folder_ / "Some File.pth",
                   pth::zip_entries(pth::state_dict(tensors), pth::storages(tensors)));
    return folder_ / "Some File.pth";
  }

  Model import(const TestTensors& tensors, const std::string& colours = "imagenet") {
    return import_model(file(tensors), "m", folder_ / "models", colours);
  }

  std::vector<float> floats(const Model& model, const std::string& name) {
    const TensorFile tensors(model.file);
    return to_floats(tensors.at(name).dtype, tensors.at(name).bytes);
  }

  TempFolder folder_;
};

TEST_F(Import, KnowsTorchvisionsVgg) {
  for (const auto& places : {vgg16, vgg19}) {
    const Model model = import(torchvision(places));
    EXPECT_EQ(model.architecture, "encoder");
    EXPECT_NO_THROW(verify_model(model));
    const TensorFile tensors(model.file);
    EXPECT_EQ(tensors.metadata().at("padding"), "zero");
    EXPECT_EQ(tensors.metadata().at("pooling"), "max");
    EXPECT_EQ(tensors.tensors().contains("conv5_4.weight"), places == vgg19);
    EXPECT_EQ(tensors.tensors().size(), 2 * places.size() + 2) << "no classifier";
  }
}

TEST_F(Import, AddsTheColoursANetworkWasTrainedOn) {
  const auto weight = floats(import(torchvision(vgg16)), "input.weight");
  EXPECT_FLOAT_EQ(weight[0], 1 / 0.229f);
  EXPECT_FLOAT_EQ(weight[8], 1 / 0.225f);
  EXPECT_FLOAT_EQ(floats(import(torchvision(vgg16)), "input.bias")[1], -0.456f / 0.224f);
  const Model caffe = import(torchvision(vgg16), "caffe");
  EXPECT_EQ(floats(caffe, "input.weight"), (std::vector<float>{0, 0, 255, 0, 255, 0, 255, 0, 0}));
  EXPECT_EQ(floats(caffe, "input.bias"), (std::vector<float>{-103.939f, -116.779f, -123.68f}));
  expect_refused(Error::Kind::BadSetting, "no colours called \"sepia\"; there are imagenet and",
                 [&] { import(torchvision(vgg16), "sepia"); });
}

TEST_F(Import, KnowsTheTransformerExampleWithAndWithoutOldStatistics) {
  for (const bool deprecated : {false, true}) {
    const TestTensors tensors = transformer(deprecated);
    const Model model = import(tensors);
    EXPECT_EQ(model.architecture, "transformer");
    EXPECT_EQ(model.styles, std::vector<std::string>{"m"});
    EXPECT_NO_THROW(verify_model(model));
    EXPECT_EQ(TensorFile(model.file).at("res5_b.scale").shape, (Shape{1, 4}));
    // The first tensors in the file are "conv1.conv2d.bias" and ".weight": 0, 0.001, 0.002, ...
    EXPECT_EQ(floats(model, "down1.bias")[0], 0);
    EXPECT_FLOAT_EQ(floats(model, "down1.weight")[1], 255 * 0.002f) << "0..255 made 0..1";
  }
}

TEST_F(Import, KnowsNormalisedAndDistilledNetworksOfEachDepth) {
  TestTensors normalised, decoder, distilled;
  add_conv(normalised, "0", 3, 3, 1);
  add_conv(normalised, "2", 2, 3);
  add_conv(normalised, "5", 2, 2);
  add_conv(normalised, "9", 4, 2);
  add_conv(decoder, "1", 2, 4);
  add_conv(decoder, "5", 2, 2);
  add_conv(decoder, "8", 3, 2);
  add_conv(distilled, "module.conv0", 3, 3, 1);
  add_conv(distilled, "module.conv11", 2, 3);
  add_conv(distilled, "module.conv11_aux", 8, 2, 1);
  EXPECT_EQ(import(normalised).architecture, "encoder");
  EXPECT_EQ(TensorFile(folder_ / "models/m.safetensors").metadata().at("padding"), "reflect");
  EXPECT_EQ(import(decoder).architecture, "decoder");
  EXPECT_EQ(import(distilled).architecture, "encoder");
  EXPECT_TRUE(TensorFile(folder_ / "models/m.safetensors").tensors().contains("aux1_1.weight"));
}

TEST_F(Import, MeasuresGeneratorsByTheirShapes) {
  const struct {
    TestTensors tensors;
    const char *architecture, *network, *latent, *side, *channels, *features, *output;
  } cases[] = {
      {sequential({5, 6, 6, 16}), "generator", "mlp", "5", "4", "1", "6", "tanh"},
      {sequential({5, 6, 6, 6, 48}), "generator", "mlp", "5", "4", "3", "6", "tanh"},
      {vae(25, 3), "vae", "mlp", "3", "5", "1", "6", "sigmoid"},
      {dcgan({7, 8, 4, 3}), "generator", "dcgan", "7", "16", "3", "4", "tanh"},
      {dcgan({7, 16, 8, 4, 2, 1}, false), "generator", "dcgan", "7", "64", "1", "2", "tanh"},
  };
  for (const auto& c : cases) {
    const Model model = import(c.tensors);
    EXPECT_EQ(model.architecture, c.architecture);
    EXPECT_NO_THROW(verify_model(model));
    const Metadata metadata = TensorFile(model.file).metadata();
    EXPECT_EQ(metadata.at("network"), c.network);
    EXPECT_EQ(metadata.at("latent"), c.latent);
    EXPECT_EQ(metadata.at("height"), c.side);
    EXPECT_EQ(metadata.at("width"), c.side);
    EXPECT_EQ(metadata.at("channels"), c.channels);
    EXPECT_EQ(metadata.at("features"), c.features);
    EXPECT_EQ(metadata.at("output"), c.output);
  }
}

TEST_F(Import, RefusesGeneratorsThatMakeNoPicture) {
  TestTensors other_code = vae(25, 3);
  add_linear(other_code, "fc21", 4, 6);
  add_linear(other_code, "fc22", 4, 6);
  TestTensors kernel = dcgan({7, 8, 4, 3});
  kernel["main.6.weight"] = {.shape = {4, 3, 3, 3}};
  const struct {
    TestTensors tensors;
    const char* why;
  } cases[] = {
      {sequential({5, 6, 6, 17}), "17 values, which make no square picture"},
      {sequential({5, 6, 7, 16}), "all except the last must be as wide"},
      {sequential({5000, 6, 6, 16}), "latent is \"5000\""},
      {vae(26, 3), "26 values"},
      {other_code, "an encoder that does not fit"},
      {dcgan({7, 9, 4, 3}), "9 channels after convolution 1, but 8 fit"},
      {kernel, "4 x 4 fits"},
  };
  for (const auto& c : cases)
    expect_refused(Error::Kind::NoModel, c.why, [&] { import(c.tensors); });
}

TEST_F(Import, RefusesAGeneratorThatWasCutShort) {
  const std::string whole = get(file(sequential({5, 6, 6, 16})));
  for (const double share : {0.1, 0.5, 0.9, 0.99})
    expect_refused(Error::Kind::NoModel, "Some File.pth", [&] {
      import_model(
          put(folder_ / "Some File.pth",
              std::string_view(whole).substr(0, std::size_t(share * double(whole.size())))),
          "m", folder_ / "models");
    });
}

TEST_F(Import, TakesATorchScriptModuleOnlyByItsOwnWay) {
  const fs::path module = fs::path(PASTICHE_SOURCE) / "tests/reference/torchscript-flat.pt";
  setenv("XDG_DATA_HOME", folder_.path().c_str(), 1);
  EXPECT_THROW(import_model(module, "m", folder_ / "models"), Error);
  const Settings settings(torchscript_params());
  expect_refused(Error::Kind::NoModel, "is no TorchScript module",
                 [&] { import_torchscript(file(vae(25, 3)), "m", "", settings); });
  expect_refused(Error::Kind::BadSetting, "The model's name is",
                 [&] { import_torchscript(module, "a/b", "", settings); });
  EXPECT_FALSE(fs::exists(folder_ / "pastiche/trusted-torchscript"));
  const Model model = import_torchscript(module, "m", "", settings);
  EXPECT_EQ(get(folder_ / "pastiche/trusted-torchscript"), sha256_of(module) + "\n");
  EXPECT_NO_THROW(verify_model(model));
}

TEST_F(Import, NamesTheModelAfterTheFile) {
  const Model model = import_model(file(torchvision(vgg16)), "", folder_ / "models");
  EXPECT_EQ(model.name, "some-file");
  EXPECT_TRUE(model.in_manifest);
  EXPECT_NE(read_card(model).find("\"source\": \"Some File.pth\""), std::string::npos);
  for (const char* name : {"../m", "M", "-m", "a/b"})
    expect_refused(Error::Kind::BadSetting, "The model's name is",
                   [&] { import_model(folder_ / "Some File.pth", name, folder_ / "models"); });
}

TEST_F(Import, SaysWhatItFoundAndWhatIsKnown) {
  const TestTensors unknown = {{"fc1.bias", {.shape = {4}}}, {"fc1.weight", {.shape = {4, 7}}}};
  expect_refused(Error::Kind::NoModel,
                 "holds 2 tensors, such as \"fc1.bias\" of 4 and \"fc1.weight\" of 4 x 7, which "
                 "make no network known here; known are torchvision's VGG-19,",
                 [&] { import(unknown); });
  EXPECT_FALSE(fs::exists(folder_ / "models"));
}

TEST_F(Import, RefusesKnownNamesOfUnknownShapes) {
  const struct {
    const char* name;
    std::vector<int> shape;
    const char* why;
  } cases[] = {
      {"features.0.weight", {2, 1, 3, 3}, "\"conv1_1.weight\" of 2 x 1 x 3 x 3, but 2 x 3 x 3 x 3"},
      {"features.5.weight", {2, 2, 5, 5}, "\"conv2_1.weight\" of 2 x 2 x 5 x 5"},
      {"features.5.weight", {4, 3, 3, 3}, "fits"},
      {"features.5.weight", {}, "of a single number"},
      {"features.28.bias", {1}, "\"conv5_3.bias\" of 1, but 2 fits"},
      {"features.28.weight", {0, 2, 3, 3}, "fits"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    TestTensors tensors = torchvision(vgg16);
    tensors[c.name].shape = c.shape;
    expect_refused(Error::Kind::NoModel, c.why, [&] { import(tensors); });
  }
}

TEST_F(Import, RefusesBatchNormAndMissingLayers) {
  TestTensors batch_norm = torchvision(vgg16), missing = torchvision(vgg16);
  batch_norm["features.1.running_mean"] = {.shape = {2}};
  missing.erase("features.14.bias");
  for (const TestTensors& tensors : {batch_norm, missing})
    expect_refused(Error::Kind::NoModel, "no network known here", [&] { import(tensors); });
}

TEST_F(Import, SaysWhenTheModelCannotBeWritten) {
  put(folder_ / "models", "a file where a folder must be");
  expect_refused(Error::Kind::Output, "cannot be made", [&] { import(torchvision(vgg16)); });
}

/// The weights beside the checkout, where there are any.
TEST(ImportShared, KnowsEveryPublishedFile) {
  const fs::path weights = fs::path(PASTICHE_SOURCE) / "../shared/data/weights";
  if (!fs::exists(weights)) GTEST_SKIP() << "no ../shared/data/weights beside the checkout";
  const TempFolder folder;
  int count = 0;
  for (const char* family : {"vgg19-wct", "vgg19-16x-distilled"})
    for (const auto& entry : fs::directory_iterator(weights / family)) {
      if (entry.path().extension() != ".pth") continue;
      SCOPED_TRACE(entry.path().string());
      EXPECT_NO_THROW(verify_model(import_model(entry.path(), "", folder.path())));
      ++count;
    }
  for (const auto& entry : fs::directory_iterator(weights / "mnist")) {
    SCOPED_TRACE(entry.path().string());
    EXPECT_NO_THROW(verify_model(import_model(entry.path(), "", folder.path())));
    ++count;
  }
  EXPECT_EQ(count, 19);
}

}  // namespace
}  // namespace pastiche
