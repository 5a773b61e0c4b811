#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

#include "fixtures.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "style/fast_style.hpp"
#include "style/row_blend.hpp"
#include "tensor_image.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// A tiny network of two styles in three strokes each, every row different, and
/// styles learnt for it, in a user's own folder.
class Strokes : public testing::Test {
 protected:
  Strokes() {
    setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
    std::filesystem::create_directories(user_models());
    torch::manual_seed(1);
    TransformerNet net(4, 1, 6);
    for (auto& [name, rows] : net->norm_rows()) rows.detach().uniform_(-2, 2);
    base_ = save("tiny", weights_of(*net),
                 {{"architecture", "transformer"},
                  {"styles", R"(["one","two"])"},
                  {"strokes", "[128,256,512]"}});
    options_.model = "tiny";
    options_.common.device = "cpu";
    options_.common.precision = "fp32";
  }

  static Model save(const std::string& name, const std::map<std::string, torch::Tensor>& tensors,
                    const Metadata& metadata) {
    const auto file = user_models() / (name + ".safetensors");
    save_weights(file, tensors, metadata);
    return register_model(file, "{}");
  }

  /// A style file of `rows` random rows, as if learnt for the network of that hash.
  void save_style(const std::string& name, int64_t rows, const std::string& strokes,
                  const std::string& base_sha256) {
    TransformerNet net(4, 1, rows);
    for (auto& [tensor, values] : net->norm_rows()) values.detach().uniform_(-2, 2);
    Metadata metadata = {{"architecture", "style"},
                         {"styles", "[\"" + name + "\"]"},
                         {"base", "tiny"},
                         {"base-sha256", base_sha256}};
    if (!strokes.empty()) metadata["strokes"] = strokes;
    save(name, net->norm_rows(), metadata);
  }

  Image paint(const std::string& style, double stroke_size) {
    options_.style = style;
    options_.stroke_size = stroke_size;
    Result result = fast_style(gradient_image(24, 24), options_, go_on);
    facts_ = result.facts;
    return result.image;
  }

  /// What the network paints with one row alone.
  Image paint_row(int64_t row) {
    Image image = gradient_image(24, 24);
    const TensorFile file(base_.file);
    TransformerNet net = load_transformer(file);
    torch::NoGradGuard no_grad;
    return to_image(net(to_tensor(image, torch::kCPU),
                        torch::one_hot(torch::tensor({row}), 6).to(torch::kFloat32))
                        .clamp(0, 1),
                    image);
  }

  ScratchFolder home_;
  Model base_;
  FastStyleOptions options_;
  Facts facts_;
};

TEST_F(Strokes, GoFromTheFirstRowOfAStyleToItsLast) {
  EXPECT_LT(difference(paint("one", 0), paint_row(0)), 1e-5f);
  EXPECT_LT(difference(paint("one", 0.5), paint_row(1)), 1e-5f);
  EXPECT_LT(difference(paint("one", 1), paint_row(2)), 1e-5f);
  EXPECT_LT(difference(paint("two", 0), paint_row(3)), 1e-5f);
  EXPECT_LT(difference(paint("two", 1), paint_row(5)), 1e-5f);
  EXPECT_GT(difference(paint("one", 0), paint("one", 1)), 1e-2f);
}

TEST_F(Strokes, BetweenRowsAreMixed) {
  EXPECT_TRUE(torch::allclose(stroke_weights(3, 0.125), torch::tensor({0.75, 0.25, 0.0})));
  EXPECT_TRUE(torch::allclose(stroke_weights(3, 1), torch::tensor({0.0, 0.0, 1.0})));
  EXPECT_TRUE(torch::allclose(stroke_weights(2, 0.25), torch::tensor({0.75, 0.25})));
  EXPECT_TRUE(torch::allclose(stroke_weights(1, 0.7), torch::tensor({1.0})));
}

TEST_F(Strokes, OfALearntStyleAreItsOwn) {
  save_style("fern", 2, "[200,400]", base_.sha256);
  const Image fine = paint("fern", 0), coarse = paint("fern", 1);
  EXPECT_GT(difference(fine, coarse), 1e-2f);
  EXPECT_EQ(facts_.at("style-sha256"), find_model("fern", "style").sha256);
  EXPECT_GT(difference(fine, paint("one", 0)), 1e-2f);
}

TEST_F(Strokes, BlendLearntStylesWithTheNetworksOwn) {
  save_style("fern", 1, "", base_.sha256);
  save_style("moss", 1, "", base_.sha256);
  const Image one = paint("one", 0), fern = paint("fern", 0), moss = paint("moss", 0);
  EXPECT_LT(difference(paint("one:2,fern:0,moss:0", 0), one), 1e-5f);
  EXPECT_LT(difference(paint("moss:0,one:0,fern:3", 0), fern), 1e-5f);
  const Image half = paint("one,moss", 0);
  EXPECT_GT(difference(half, one), 1e-2f);
  EXPECT_GT(difference(half, moss), 1e-2f);
}

TEST_F(Strokes, OfOneSizeAreSaidToHaveNoOther) {
  save_style("fern", 1, "", base_.sha256);
  const Image usual = paint("fern", 0.5);
  EXPECT_FALSE(facts_.contains("advice"));
  EXPECT_EQ(paint("fern", 1).pixels, usual.pixels);
  EXPECT_NE(facts_.at("advice").find("stroke-size has no effect"), std::string::npos);
  paint("fern,one", 1);
  EXPECT_FALSE(facts_.contains("advice")) << "one of the two has strokes";
}

TEST_F(Strokes, OfAStyleForAnotherNetworkAreNotOffered) {
  TransformerNet net(4, 1, 1);
  const Model other = save("other", weights_of(*net),
                           {{"architecture", "transformer"}, {"styles", R"(["three"])"}});
  save_style("moss", 1, "", other.sha256);
  save_style("stranger", 1, "", std::string(64, '0'));
  const std::tuple<const char*, Error::Kind, const char*> cases[] = {
      {"nothing", Error::Kind::BadSetting, "it has one and two"},
      {"moss", Error::Kind::NoModel, "was learnt for the model \"other\", not for \"tiny\""},
      {"stranger", Error::Kind::NoModel, "learn it again for \"tiny\""},
  };
  for (const auto& [style, kind, sentence] : cases) try {
      paint(style, 0.5);
      ADD_FAILURE() << style << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, kind) << style;
      EXPECT_NE(std::string(error.what()).find(sentence), std::string::npos) << error.what();
    }
}

TEST_F(Strokes, OfAFileThatDoesNotFitAreRefused) {
  TransformerNet wider(6, 1, 1);
  save("wide", wider->norm_rows(),
       {{"architecture", "style"}, {"styles", R"(["wide"])"}, {"base-sha256", base_.sha256}});
  save_style("short", 1, "[200,400]", base_.sha256);
  TransformerNet infinite(4, 1, 1);
  infinite->norm_rows()["up1.scale"].detach().fill_(INFINITY);
  save("infinite", infinite->norm_rows(),
       {{"architecture", "style"}, {"styles", R"(["infinite"])"}, {"base-sha256", base_.sha256}});
  for (const char* style : {"wide", "short", "infinite"}) try {
      paint(style, 0.5);
      ADD_FAILURE() << style << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Error::Kind::NoModel) << style << ": " << error.what();
    }
}

}  // namespace
}  // namespace pastiche
