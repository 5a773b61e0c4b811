#include "nets/transformer_net.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "pastiche/error.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

TransformerNet tiny_net() {
  torch::manual_seed(1);
  TransformerNet net(4, 2, 3);
  torch::NoGradGuard no_grad;
  for (auto& item : net->named_parameters())
    if (item.key().ends_with("scale") || item.key().ends_with("shift"))
      item.value().uniform_(-1, 1);
  return net;
}

torch::Tensor row(std::vector<float> weights) { return torch::tensor(weights).view({1, -1}); }

TEST(TransformerNet, KeepsTheSizeOfThePicture) {
  const torch::Tensor y = tiny_net()(torch::rand({2, 3, 24, 16}), torch::ones({2, 3}) / 3);
  EXPECT_EQ(y.sizes(), (torch::IntArrayRef{2, 3, 24, 16}));
}

TEST(TransformerNet, LearnsFromEveryParameter) {
  TransformerNet net = tiny_net();
  net(torch::rand({1, 3, 16, 16}), row({0.2f, 0.3f, 0.5f})).square().mean().backward();
  for (const auto& p : net->named_parameters()) {
    ASSERT_TRUE(p.value().grad().defined()) << p.key();
    // A bias before an instance norm is taken away again by it.
    if (p.key().ends_with(".bias")) continue;
    EXPECT_GT(p.value().grad().abs().max().item<float>(), 0) << p.key();
  }
}

TEST(TransformerNet, GivesEachSampleItsOwnStyle) {
  TransformerNet net = tiny_net();
  const torch::Tensor x = torch::rand({1, 3, 16, 16});
  const torch::Tensor both = net(x.repeat({2, 1, 1, 1}), torch::eye(3).slice(0, 0, 2));
  EXPECT_TRUE(torch::allclose(both[0], net(x, row({1, 0, 0}))[0], 1e-4, 1e-5));
  EXPECT_TRUE(torch::allclose(both[1], net(x, row({0, 1, 0}))[0], 1e-4, 1e-5));
  EXPECT_FALSE(torch::allclose(both[0], both[1], 1e-4, 1e-5));
}

TEST(TransformerNet, ComesBackFromAFileAsItWas) {
  const ScratchFolder folder;
  TransformerNet net = tiny_net();
  const Metadata metadata = {{"architecture", "transformer"}, {"styles", R"(["a","b","c"])"}};
  save_weights(folder / "net.safetensors", weights_of(*net), metadata);
  const TensorFile file(folder / "net.safetensors");
  EXPECT_EQ(rows_in(file).styles, (std::vector<std::string>{"a", "b", "c"}));
  const torch::Tensor x = torch::rand({1, 3, 16, 16});
  EXPECT_TRUE(net(x, row({1, 0, 0})).equal(load_transformer(file)(x, row({1, 0, 0}))));
}

TEST(TransformerNet, RefusesFilesThatHoldNone) {
  const ScratchFolder folder;
  const auto weights = weights_of(*tiny_net());
  const std::pair<const char*, Metadata> cases[] = {
      {"no styles", {}},
      {"styles that are no list", {{"styles", "{}"}}},
      {"broken JSON", {{"styles", R"(["a")"}}},
      {"numbers for styles", {{"styles", "[1,2,3]"}}},
      {"too few styles", {{"styles", R"(["a","b"])"}}},
      {"too many strokes", {{"styles", R"(["a","b","c"])"}, {"strokes", "[256,512]"}}},
      {"strokes that are no sizes", {{"styles", R"(["a"])"}, {"strokes", R"([1,2,"3"])"}}},
  };
  for (const auto& [what, metadata] : cases) {
    save_weights(folder / "net.safetensors", weights, metadata);
    try {
      load_transformer(TensorFile(folder / "net.safetensors"));
      ADD_FAILURE() << what << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::NoModel) << what << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace pastiche
