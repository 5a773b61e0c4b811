#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "fixtures.hpp"
#include "nets/encoder.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"

// What PyTorch computed with the files in tests/reference; make_reference.py there made both.

namespace pastiche {
namespace {

const std::filesystem::path reference = std::filesystem::path(PASTICHE_SOURCE) / "tests/reference";

/// {1, 3, 32, 48} in 0..1, by the formula of make_reference.py.
torch::Tensor picture() {
  const int height = 32, width = 48;
  torch::Tensor x = torch::empty({1, 3, height, width});
  auto pixel = x.accessor<float, 4>();
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < height; ++i)
      for (int j = 0; j < width; ++j)
        pixel[0][c][i][j] = float((c * 7 + i * 13 + j * 29) % 101 / 100.0);
  return x;
}

std::map<std::string, torch::Tensor> expected(const std::string& name) {
  const auto all = nlohmann::json::parse(std::ifstream(reference / "expected.json"));
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [layer, entry] : all.at(name).items()) {
    const auto values = entry.at("values").get<std::vector<double>>();
    const auto shape = entry.at("shape").get<std::vector<int64_t>>();
    tensors[layer] = torch::tensor(values).view(shape).to(torch::kFloat32);
  }
  return tensors;
}

void expect_same(const torch::Tensor& ours, const torch::Tensor& theirs, const std::string& what) {
  ASSERT_EQ(ours.sizes(), theirs.sizes()) << what;
  const double error = ((ours - theirs).norm() / theirs.norm()).item<double>();
  EXPECT_LT(error, 1e-4) << what;
}

TEST(Reference, ImportedEncodersGivePyTorchsNumbers) {
  const ScratchFolder folder;
  for (const char* name : {"vgg16", "vgg19", "normalised", "distilled"}) {
    const Model model = import_model(reference / (name + std::string(".pth")), "", folder.path());
    Encoder encoder = load_encoder(TensorFile(model.file));
    const auto layers = expected(name);
    ASSERT_FALSE(layers.empty());
    for (const auto& [layer, theirs] : layers)
      expect_same(encoder(picture(), std::set<std::string>{layer}).at(layer), theirs,
                  name + (" " + layer));
  }
}

TEST(Reference, ImportedTransformersGivePyTorchsNumbers) {
  const ScratchFolder folder;
  for (const char* name : {"transformer", "transformer-statistics"}) {
    const Model model = import_model(reference / (name + std::string(".pth")), "", folder.path());
    TransformerNet net = load_transformer(TensorFile(model.file));
    expect_same(net(picture(), torch::ones({1, 1})), expected(name).at("output"), name);
  }
}

}  // namespace
}  // namespace pastiche
