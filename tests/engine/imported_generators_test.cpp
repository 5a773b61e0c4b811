#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "fixtures.hpp"
#include "nets/generator.hpp"
#include "nets/lenet.hpp"
#include "nets/vae.hpp"
#include "pastiche/error.hpp"
#include "pastiche/models.hpp"
#include "pastiche/torchscript.hpp"
#include "weights.hpp"

// What PyTorch computed with the files in tests/reference; make_generators.py made both.

namespace pastiche {
namespace {

namespace fs = std::filesystem;

const fs::path source = PASTICHE_SOURCE;
const fs::path reference = source / "tests/reference";

/// By the formulas of make_generators.py.
torch::Tensor latents(int64_t count, int64_t size) {
  torch::Tensor all = torch::empty({count, size});
  for (int64_t i = 0; i < count; ++i)
    for (int64_t k = 0; k < size; ++k) all[i][k] = double((i * 37 + k * 11) % 41 - 20) / 10;
  return all;
}

torch::Tensor pictures(int64_t count, int64_t side) {
  torch::Tensor all = torch::empty({count, 1, side, side});
  auto pixel = all.accessor<float, 4>();
  for (int64_t n = 0; n < count; ++n)
    for (int64_t y = 0; y < side; ++y)
      for (int64_t x = 0; x < side; ++x)
        pixel[n][0][y][x] = float(double((n * 17 + y * 13 + x * 29) % 101) / 100);
  return all;
}

nlohmann::json expected() {
  return nlohmann::json::parse(std::ifstream(reference / "generators.json"));
}

void expect_rows(const torch::Tensor& ours, const nlohmann::json& theirs) {
  ASSERT_EQ(ours.sizes().vec(), theirs.at("shape").get<std::vector<int64_t>>());
  const torch::Tensor wanted =
      torch::tensor(theirs.at("values").get<std::vector<double>>()).view(ours.sizes());
  const double largest = std::max(1.0, wanted.abs().max().item<double>());
  EXPECT_LT((ours - wanted).abs().max().item<double>(), 1e-5 * largest);
}

class ImportedGenerators : public testing::Test {
 protected:
  ImportedGenerators() { setenv("XDG_DATA_HOME", home_.path().c_str(), 1); }

  void expect_generator(const fs::path& file, const nlohmann::json& theirs) {
    const GeneratorPtr net = load_generator(TensorFile(import_model(file, "m").file));
    const int64_t count = theirs.at("picture").at("shape")[0];
    expect_rows(net->forward(latents(count, net->plan.latent), {}), theirs.at("picture"));
  }

  void expect_lenet(const fs::path& file, const nlohmann::json& theirs) {
    LeNet net = load_lenet(TensorFile(import_model(file, "m").file));
    const auto output = net(pictures(2, 28));
    expect_rows(output.features, theirs.at("features"));
    expect_rows(output.logits, theirs.at("logits"));
  }

  Model import_script(const char* file, int latent, int side, const char* range) {
    Settings settings(torchscript_params());
    settings.set("latent", latent);
    settings.set("width", side);
    settings.set("height", side);
    settings.set("range", std::string(range));
    return import_torchscript(reference / file, "m", "", settings);
  }

  ScratchFolder home_;
  torch::NoGradGuard no_grad_;
};

void expect_refused(const char* part, const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "nothing was refused; expected: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Error::Kind::NoModel) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST_F(ImportedGenerators, GivePyTorchsPictures) {
  const auto theirs = expected();
  for (const char* file : {"generator-mlp.pth", "vae.pth", "generator-dcgan.pth"}) {
    SCOPED_TRACE(file);
    expect_generator(reference / file, theirs.at(file));
  }
}

TEST_F(ImportedGenerators, AVaesEncoderGivesPyTorchsCode) {
  const auto theirs = expected().at("vae.pth");
  VaeEncoder encoder = load_vae_encoder(TensorFile(import_model(reference / "vae.pth", "m").file));
  const Code code = encoder(pictures(3, 5));
  expect_rows(code.mean, theirs.at("mean"));
  expect_rows(code.log_variance, theirs.at("log_variance"));
}

TEST_F(ImportedGenerators, LeNetGivesPyTorchsNumbers) {
  expect_lenet(reference / "lenet.pth", expected().at("lenet.pth"));
}

TEST_F(ImportedGenerators, PublishedOnesInSharedDataGivePyTorchsNumbers) {
  const fs::path folder = source / "../shared/data/weights/mnist";
  if (!fs::exists(folder)) GTEST_SKIP() << "no ../shared/data/weights beside the checkout";
  const auto theirs = expected().at("published");
  for (const char* file : {"gan_mlp_G--300.ckpt", "vae_epoch_25.pth"}) {
    SCOPED_TRACE(file);
    expect_generator(folder / file, theirs.at(file));
  }
  expect_lenet(folder / "lenet_acc0.991.pth", theirs.at("lenet_acc0.991.pth"));
}

TEST_F(ImportedGenerators, TorchScriptModulesGivePyTorchsPictures) {
  const struct {
    const char* file;
    int latent, side;
    const char* range;
  } cases[] = {{"torchscript-flat.pt", 3, 3, "tanh"}, {"torchscript-map.pt", 4, 8, "sigmoid"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.file);
    const Model model = import_script(c.file, c.latent, c.side, c.range);
    EXPECT_EQ(model.architecture, "torchscript");
    EXPECT_NO_THROW(verify_model(model));
    const GeneratorPtr net = load_generator(TensorFile(model.file));
    expect_rows(net->forward(latents(2, c.latent), {}), expected().at(c.file).at("picture"));
  }
}

TEST_F(ImportedGenerators, TorchScriptModulesRunOnlyWhereTheyWereTrusted) {
  const Model model = import_script("torchscript-flat.pt", 3, 3, "tanh");
  ScratchFolder elsewhere;
  setenv("XDG_DATA_HOME", elsewhere.path().c_str(), 1);
  expect_refused("nobody here said to trust", [&] { load_generator(TensorFile(model.file)); });
  setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
  EXPECT_NO_THROW(load_generator(TensorFile(model.file)));
}

TEST_F(ImportedGenerators, TorchScriptModulesThatDoNotMakeWhatTheirCardSaysAreRefused) {
  const Model wide = import_script("torchscript-flat.pt", 3, 5, "tanh");
  expect_refused("instead of 3 x 5 x 5", [&] { load_generator(TensorFile(wide.file)); });
  const Model longer = import_script("torchscript-map.pt", 7, 8, "sigmoid");
  expect_refused("fails on latents of [1, 7", [&] { load_generator(TensorFile(longer.file)); });
}

TEST_F(ImportedGenerators, WeightsThatAreNoNumbersAreRefused) {
  const Model model = import_model(reference / "generator-mlp.pth", "m");
  const TensorFile file(model.file);
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, tensor] : file.tensors()) tensors[name] = to_torch(tensor);
  tensors.at("generator.fc2.weight")[0][0] = NAN;
  const fs::path broken = home_ / "broken.safetensors";
  save_weights(broken, tensors, file.metadata());
  expect_refused("generator.fc2.weight holds NaN", [&] { load_generator(TensorFile(broken)); });
}

}  // namespace
}  // namespace pastiche
