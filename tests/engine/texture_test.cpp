#include "generate/texture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numbers>

#include "fixtures.hpp"
#include "nets/circular.hpp"
#include "nets/encoder.hpp"
#include "nets/texture_net.hpp"
#include "pastiche/models.hpp"
#include "train/loop.hpp"
#include "train/spectrum.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const Progress go_on = [](double, std::string_view) { return true; };

/// Narrow, at random, with two textures that differ and waves in both.
TextureNet tiny_net() {
  torch::manual_seed(3);
  TextureNet net(2, 2);
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : weights_of(*net)) {
    if (name.ends_with(".scale")) tensor.uniform_(0.5, 1.5);
    if (name.ends_with(".shift")) tensor.uniform_(-0.5, 0.5);
  }
  net->waves.uniform_(0.02, 0.1);
  net->strength.fill_(1);
  for (auto& weight : net->parameters()) weight.requires_grad_(false);
  return net;
}

torch::Tensor blend(double first) { return torch::tensor({{first, 1 - first}}, torch::kFloat32); }

/// The mean difference of neighbours across the opposite edges of an axis, and within.
std::pair<double, double> gradients(const torch::Tensor& x, int64_t axis) {
  const int64_t last = x.size(axis) - 1;
  return {(x.select(axis, 0) - x.select(axis, last)).abs().mean().item<double>(),
          x.diff(1, axis).abs().mean().item<double>()};
}

float largest(const torch::Tensor& x) { return x.abs().max().item<float>(); }

TEST(TextureNet, ShiftsThePictureWithTheNoise) {
  torch::NoGradGuard no_grad;
  TextureNet net = tiny_net();
  const TextureNoise noise = net->noise(96, 64, {5});
  const torch::Tensor straight = net(noise, blend(0.3));
  TextureNoise moved = noise;
  for (std::size_t level = 0; level < noise.levels.size(); ++level)
    moved.levels[level] =
        noise.levels[level].roll({level_size(32, level), level_size(16, level)}, {2, 3});
  moved.origin = noise.origin - torch::tensor({{32.0f / 96, 16.0f / 64}});
  EXPECT_LT(largest(net(moved, blend(0.3)) - straight.roll({32, 16}, {2, 3})), 1e-4f);
  EXPECT_GT(largest(net(moved, blend(0.3)) - straight), 0.05f);
}

TEST(TextureNet, HasNoSeamAtAnySize) {
  torch::NoGradGuard no_grad;
  TextureNet net = tiny_net();
  for (const auto& [height, width] : {std::pair{131, 257}, {33, 50}, {97, 31}}) {
    double across[2] = {}, within[2] = {};
    for (std::uint64_t seed = 0; seed < 48; ++seed) {
      const torch::Tensor x = net(net->noise(height, width, {seed}), blend(0.5));
      for (const int axis : {0, 1}) {
        const auto [over, in] = gradients(x, 2 + axis);
        across[axis] += over;
        within[axis] += in;
      }
    }
    for (const int axis : {0, 1})
      EXPECT_NEAR(across[axis] / within[axis], 1, 0.05) << height << "x" << width << ", " << axis;
  }
}

TEST(TextureNet, MakesSizesDownToOnePixel) {
  torch::NoGradGuard no_grad;
  TextureNet net = tiny_net();
  for (const auto& [height, width] : {std::pair{1, 1}, {1, 40}, {17, 2}}) {
    const torch::Tensor x = net(net->noise(height, width, {1}), blend(1));
    EXPECT_EQ(x.sizes(), torch::IntArrayRef({1, 3, height, width}));
    EXPECT_TRUE(x.isfinite().all().item<bool>());
  }
}

TEST(TextureNet, MadeInBlocksIsTheSamePicture) {
  TextureNet net = tiny_net();
  const TextureNoise noise = net->noise(600, 1100, {1});  // of the first levels, too, several
  int blocks = 0;
  torch::NoGradGuard no_grad;
  const torch::Tensor in_blocks = net(noise, blend(1), [&](double) { ++blocks; });
  EXPECT_GT(blocks, 15);
  torch::AutoGradMode with_gradient(true);
  EXPECT_LT(largest(net(noise, blend(1)) - in_blocks), 1e-5f);
}

TEST(TextureNet, MadeInNarrowBlocksIsTheSamePicture) {
  TextureNet net = tiny_net();
  for (const auto& [height, width] : {std::pair{61, 3000}, {7, 2000}, {513, 258}}) {
    const TextureNoise noise = net->noise(height, width, {1});
    torch::Tensor made = torch::full({1, 3, height, width}, NAN);
    net->paint(noise, blend(1), {}, [&](const Block& block, const torch::Tensor& one) {
      made.narrow(2, block.rows.first, one.size(2))
          .narrow(3, block.columns.first, one.size(3))
          .copy_(one);
    });
    EXPECT_LT(largest(net(noise, blend(1)).detach() - made), 1e-5f) << height;
  }
}

TEST(TextureNet, MakesTheSameNoiseOfASeedEverywhere) {
  const TextureNoise noise = tiny_net()->noise(48, 32, {7, 8});
  EXPECT_FLOAT_EQ(noise.levels[0][0][0][0][0].item<float>(), 0.53878951f);
  EXPECT_FLOAT_EQ(noise.levels[4][1][0][47][31].item<float>(), -0.99536288f);
  const torch::Tensor all = noise.levels[4];
  EXPECT_NEAR(all.mean().item<double>(), 0, 0.1);
  EXPECT_NEAR(all.std().item<double>(), 1, 0.1);
}

TEST(Circular, ResizesOverTheEdges) {
  const torch::Tensor line = torch::arange(64) * (2 * std::numbers::pi / 64);
  const torch::Tensor wave = torch::sin(line).view({1, 1, 1, 64}).to(torch::kFloat32);
  for (const int64_t size : {23, 64, 150}) {
    const torch::Tensor at = (torch::arange(size) + 0.5) * (64.0 / double(size)) - 0.5;
    const torch::Tensor wanted = torch::sin(at * (2 * std::numbers::pi / 64));
    EXPECT_LT(largest(circular_resize(wave, 1, size).flatten() - wanted), 0.03f) << size;
  }
  EXPECT_TRUE(wrapped(wave, 3, -2, 3)
                  .flatten()
                  .equal(torch::cat({wave.flatten().slice(0, 62), wave.flatten().slice(0, 0, 3)})));
}

TEST(PlaneWaves, AreThePicturesOwn) {
  const torch::Tensor y = torch::arange(200).view({-1, 1}), x = torch::arange(180).view({1, -1});
  const double turn = 2 * std::numbers::pi;
  const torch::Tensor grey = 0.5 + 0.3 * torch::sin(turn * (0.03 * y + 0.04 * x)) +
                             0.1 * torch::sin(turn * (0.08 * y - 0.01 * x));
  const PlaneWaves found = plane_waves(grey.expand({1, 3, 200, 180}).to(torch::kFloat32), 2);
  const torch::Tensor wanted = torch::tensor({{0.03f, 0.04f}, {-0.08f, 0.01f}});
  EXPECT_LT(largest(found.waves - wanted), 0.001f) << found.waves;
  EXPECT_GT(found.shares[0].item<float>(), 0.8f);
  EXPECT_LT(found.shares[1].item<float>(), 0.2f);
}

/// A user's folder with a tiny encoder and a tiny model of two textures.
class Texture : public testing::Test {
 protected:
  Texture() {
    setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
    std::filesystem::create_directories(user_models());
    torch::manual_seed(1);
    save("judge", weights_of(*Encoder(Widths{{4}, {4}, {4}, {4}, {4}})),
         {{"architecture", "encoder"}});
    save("tiny", weights_of(*tiny_net()),
         {{"architecture", "texture"}, {"styles", R"(["bark","moss"])"}});
    options_ = {.model = "tiny", .width = 80, .height = 48, .common = {.device = "cpu"}};
    training_.encoder = "judge";
    training_.width = 2;
    training_.size = 0;
    training_.loop.steps = 4;
    training_.loop.batch = 2;
    training_.loop.crop = 64;
    training_.loop.checkpoint_every = 2;
    training_.loop.common.device = "cpu";
  }

  static void save(const std::string& name, const std::map<std::string, torch::Tensor>& tensors,
                   const Metadata& metadata) {
    const auto file = user_models() / (name + ".safetensors");
    save_weights(file, tensors, metadata);
    register_model(file, "{}");
  }

  static std::string output(const std::string& name) {
    return (user_models() / (name + ".safetensors")).string();
  }

  Result make() { return texture(options_, go_on); }

  Facts learn(const std::string& name, const Progress& progress = go_on,
              const std::vector<Image>& pictures = {gradient_image(72, 66)}) {
    return train_texture(training_, pictures, output(name), progress);
  }

  static std::map<std::string, torch::Tensor> tensors_of(const std::string& name) {
    const TensorFile file(output(name));
    std::map<std::string, torch::Tensor> tensors;
    for (const auto& [key, tensor] : file.tensors()) tensors[key] = to_torch(tensor);
    return tensors;
  }

  ScratchFolder home_;
  TextureOptions options_;
  TextureTrainOptions training_;
};

TEST_F(Texture, IsTheSameOfTheSameSeed) {
  const Image first = make().image;
  EXPECT_EQ(first.width, 80);
  EXPECT_EQ(first.height, 48);
  EXPECT_EQ(first.at(3, 4)[3], 1) << "opaque";
  EXPECT_EQ(make().image.pixels, first.pixels);
  options_.common.seed = 1;
  EXPECT_GT(difference(make().image, first), 0.05f);
}

TEST_F(Texture, OfSeveralSamplesSaysHowEachIsMadeAgain) {
  options_.count = 3;
  options_.common.seed = 4;
  const Result all = make();
  ASSERT_EQ(all.further.size(), 2u);
  const Facts& changes = all.further[1].changes;
  options_.common.seed = std::stoi(changes.at("seed"));
  options_.count = std::stoi(changes.at("count"));
  EXPECT_EQ(options_.common.seed, 6);
  EXPECT_EQ(make().image.pixels, all.further[1].image.pixels);
}

TEST_F(Texture, BlendsByWeights) {
  const auto of = [&](const std::string& name) {
    options_.texture = name;
    return make().image;
  };
  EXPECT_EQ(of("").pixels, of("bark").pixels);
  EXPECT_EQ(of("moss:3,bark:0").pixels, of("moss").pixels);
  EXPECT_GT(difference(of("bark,moss"), of("bark")), 1e-3f);
  EXPECT_GT(difference(of("bark,moss"), of("moss")), 1e-3f);
}

TEST_F(Texture, HasABorderLikeTheInside) {
  for (const double zoom : {0.4, 1.0, 1.7}) {
    options_.zoom = zoom;
    const Image image = make().image;
    const torch::Tensor x =
        torch::from_blob(const_cast<float*>(image.pixels.data()), {48, 80, 4}).narrow(2, 0, 3);
    for (const int64_t axis : {0, 1}) {
      const double over = (x.select(axis, 0) - x.select(axis, -1)).abs().mean().item<double>();
      EXPECT_NEAR(over / x.diff(1, axis).abs().mean().item<double>(), 1, 0.05) << zoom;
    }
  }
}

TEST_F(Texture, ThatNeedNotTileDoesNot) {
  const Image tiled = make().image;
  options_.tileable = false;
  EXPECT_GT(difference(make().image, tiled), 0.05f);
}

TEST_F(Texture, RefusesWhatItCannotMake) {
  const auto refused = [&](Error::Kind kind, const std::string& words) {
    try {
      make();
      ADD_FAILURE() << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  options_.texture = "fur";
  refused(Error::Kind::BadSetting, "no texture \"fur\"; it has bark and moss");
  options_.texture = "moss:0";
  refused(Error::Kind::BadSetting, "add up to 0");
  options_.texture = "";
  options_.width = options_.height = 65536;
  refused(Error::Kind::OutOfMemory, "65536x65536");
  options_.width = options_.height = 32;
  options_.model = "judge";
  refused(Error::Kind::NoModel, "\"texture\" is needed");
  auto broken = tensors_of("tiny");
  broken.at("conv2_1.scale")[0][0] = NAN;
  save("broken", broken, {{"architecture", "texture"}, {"styles", R"(["a","b"])"}});
  options_.model = "broken";
  refused(Error::Kind::NoModel, "NaN");
  save("short", tensors_of("tiny"), {{"architecture", "texture"}, {"styles", R"(["a"])"}});
  options_.model = "short";
  refused(Error::Kind::NoModel, "shape");
}

TEST_F(Texture, LearntFromPicturesIsAModel) {
  training_.name = "sand,stone";
  const Facts facts = learn("grounds", go_on, {gradient_image(72, 66), gradient_image(90, 33)});
  EXPECT_GT(std::stod(facts.at("style-loss")), 0);
  const Model model = find_model("grounds", "texture");
  EXPECT_EQ(model.styles, (std::vector<std::string>{"sand", "stone"}));
  verify_model(model);
  options_.model = "grounds";
  options_.texture = "stone";
  EXPECT_EQ(make().image.width, 80);
  for (const char* rest : {".checkpoint", ".pictures"})
    EXPECT_FALSE(std::filesystem::exists(output("grounds") + rest)) << rest;
}

TEST_F(Texture, ComesNearerToItsPicture) {
  training_.adversarial_weight = 0;
  training_.loop.learning_rate = 0.02;
  training_.loop.steps = 1;
  const double before = std::stod(learn("start").at("style-loss"));
  training_.loop.steps = 60;
  EXPECT_LT(std::stod(learn("end").at("style-loss")), 0.9 * before);
}

TEST_F(Texture, JoinsThoseOfTheModelItBeginsWith) {
  training_.from = "tiny";
  training_.learn = "norm";
  learn("sand");
  const Model model = find_model("sand", "texture");
  EXPECT_EQ(model.styles, (std::vector<std::string>{"sand", "bark", "moss"}));
  verify_model(model);
  const auto theirs = tensors_of("tiny"), ours = tensors_of("sand");
  for (const auto& [name, tensor] : ours) {
    const torch::Tensor had = theirs.at(name).to(torch::kFloat16);
    EXPECT_TRUE((is_texture_row(name) ? tensor.narrow(0, 1, 2) : tensor).equal(had)) << name;
  }
  training_.learn = "auto";
  learn("own");
  EXPECT_EQ(find_model("own", "texture").styles, std::vector<std::string>{"own"});
  EXPECT_FALSE(tensors_of("own").at("conv3_1.weight").equal(ours.at("conv3_1.weight")));
}

TEST_F(Texture, ThatWasStoppedGoesOnAsIfItHadNotBeen) {
  learn("whole");
  int step = 0;
  const Progress stop = [&](double, std::string_view) { return ++step < 3; };
  EXPECT_THROW(learn("cut", stop), Cancelled);
  try {
    learn("cut", go_on, {gradient_image(90, 40)});
    ADD_FAILURE() << "went on with another picture";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("other textures"), std::string::npos);
  }
  learn("cut");
  const auto whole = tensors_of("whole"), cut = tensors_of("cut");
  for (const auto& [name, tensor] : whole) EXPECT_TRUE(tensor.equal(cut.at(name))) << name;
}

TEST_F(Texture, RefusesWhatItCannotLearn) {
  const std::vector<Image> one = {gradient_image(72, 66)};
  const struct {
    const char *words, *from, *learn, *name;
    int crop;
    std::vector<Image> pictures;
    Error::Kind kind;
  } cases[] = {
      {"No texture was given", "", "auto", "", 64, {}, Error::Kind::BadSetting},
      {"has 3x3 pixels", "", "auto", "", 64, {gradient_image(3, 3)}, Error::Kind::BadImage},
      {"from must name it", "", "norm", "", 64, one, Error::Kind::BadSetting},
      {"has a texture \"moss\" already", "tiny", "norm", "moss", 64, one, Error::Kind::BadSetting},
      {"not a multiple of 16", "", "auto", "", 72, one, Error::Kind::BadSetting},
      {"\"texture\" is needed", "judge", "auto", "", 64, one, Error::Kind::NoModel},
      {"which names 2 textures", "", "auto", "a,b", 64, one, Error::Kind::BadSetting},
  };
  for (const auto& c : cases) {
    training_.from = c.from;
    training_.learn = c.learn;
    training_.name = c.name;
    training_.loop.crop = c.crop;
    try {
      learn("new", go_on, c.pictures);
      ADD_FAILURE() << c.words;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, c.kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(c.words), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace pastiche
