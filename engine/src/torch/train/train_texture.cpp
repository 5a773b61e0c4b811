#include <algorithm>
#include <chrono>
#include <format>

#include "nets/encoder.hpp"
#include "nets/texture_net.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "style/perceptual_loss.hpp"
#include "text.hpp"
#include "train/adversary.hpp"
#include "train/loop.hpp"
#include "train/spectrum.hpp"
#include "train/starting_net.hpp"
#include "train/style_pictures.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr int64_t sheet_side = 256, sheet_columns = 4;
constexpr int64_t discriminator_width = 16;
constexpr double grid_weight = 30;
constexpr double chance = 0.05;  // a share that waves have by chance

/// A texture model that is there, to learn further from.
struct TextureBase {
  Model model;
  TextureNet net;
};

std::optional<TextureBase> load_base(const TextureTrainOptions& options) {
  if (options.from.empty()) return std::nullopt;
  Model model = find_model(options.from, "texture", options.models);
  TextureNet net = load_texture(TensorFile(model.file));
  return TextureBase{std::move(model), std::move(net)};
}

std::vector<NamedPicture> read_textures(const TextureTrainOptions& options,
                                        const std::vector<Image>& given, const Compute& compute,
                                        const std::string& output) {
  auto textures =
      read_named(options.textures, given, options.name, fs::path(output).stem(), "texture");
  for (NamedPicture& one : textures) {
    if (options.size > 0) one.picture = with_longest_side(one.picture, options.size);
    one.picture = one.picture.to(compute.device);
  }
  return textures;
}

/// The loop takes its pictures from a file, which is gone again when it has been opened.
PictureSet served(const std::vector<NamedPicture>& textures, const std::string& output) {
  const fs::path file = output + ".pictures";
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, picture] : textures)
    tensors[name] = (picture[0] * 255).round().to(torch::kUInt8);
  save_weights(file, tensors, {{"architecture", "pictures"}});
  struct Removed {
    ~Removed() {
      std::error_code ignored;
      fs::remove(file, ignored);
    }
    const fs::path& file;
  } removed{file};
  return PictureSet(file.string());
}

/// How unlike the steps from line to line are at each fourth line, {N}: enlarging by two leaves a
/// grid that style losses hardly see, and that would make the border's steps unlike those inside.
torch::Tensor grid_of(const torch::Tensor& painted) {
  const torch::Tensor x = painted.to(torch::kFloat32);
  torch::Tensor sum = torch::zeros({x.size(0)}, x.device());
  for (const int64_t axis : {2, 3}) {
    const torch::Tensor steps = (x - x.roll(1, axis)).abs().mean(torch::IntArrayRef{1, 5 - axis});
    const torch::Tensor phases = steps.view({x.size(0), -1, 4}).mean(1);
    sum = sum + (phases / phases.mean(1, true).clamp_min(1e-6) - 1).square().mean(1);
  }
  return sum;
}

/// What one training works with, and its parts in order.
class TextureTraining {
 public:
  TextureTraining(const TextureTrainOptions& options, const std::vector<Image>& given,
                  const std::string& output);

  Facts run(const Progress& progress);

 private:
  void check_names() const;
  void check_checkpoint() const;
  TextureNet starting_net();
  torch::Tensor base_mixture();
  void set_waves();
  torch::Tensor blend(const torch::Tensor& ids) const;
  torch::Tensor made(int64_t side, std::uint64_t first_seed, const torch::Tensor& ids);
  Losses step(int index, int64_t count);
  std::map<std::string, double> scores();
  void make_samples();
  nlohmann::json card(double seconds) const;
  void save(const nlohmann::json& card) const;
  std::vector<std::string> names() const;
  bool only_rows() const { return options_.learn == "norm"; }

  const TextureTrainOptions options_;
  const std::string output_;
  const Compute compute_;
  std::optional<TextureBase> base_;
  const std::vector<NamedPicture> textures_;
  const PictureSet pictures_;
  Model judge_;
  std::optional<PerceptualLoss> judged_;
  StyleMoments targets_;  // a row for each of textures_
  TextureNet net_ = nullptr;
  std::optional<Adversary> adversary_;
  torch::nn::Module subject_;  // buffers that tell what a checkpoint is learning
};

TextureTraining::TextureTraining(const TextureTrainOptions& options,
                                 const std::vector<Image>& given, const std::string& output)
    : options_(suited(options)),
      output_(output),
      compute_(resolve(options.loop.common)),
      base_(load_base(options)),
      textures_(read_textures(options_, given, compute_, output)),
      pictures_(served(textures_, output)),
      judge_(find_model(options.encoder, "encoder", options.models)) {
  torch::manual_seed(std::uint64_t(options.loop.common.seed));
  check_names();
  Encoder encoder = load_encoder(TensorFile(judge_.file));
  encoder->to(compute_.device);
  encoder->normalise(pictures_.held_out(32, options_.loop.crop).to(compute_.device).squares);
  judged_.emplace(encoder);
  std::vector<StyleMoments> each;
  std::vector<torch::Tensor> pictures;
  for (const NamedPicture& one : textures_) {
    each.push_back(judged_->style_of(one.picture));
    pictures.push_back(one.picture);
  }
  targets_ = joined(each);
  subject_.register_buffer("means", targets_.at("relu1_1").mean);
  check_checkpoint();
  net_ = starting_net();
  net_->to(compute_.device);
  if (options_.adversarial_weight > 0)
    adversary_.emplace(pictures, options_.loop.crop, options_.adversarial_rate,
                       options_.loop.common.seed, discriminator_width);
}

/// Further textures are put before those of the base.
std::vector<std::string> TextureTraining::names() const {
  std::vector<std::string> names;
  for (const NamedPicture& one : textures_) names.push_back(one.name);
  if (only_rows())
    names.insert(names.end(), base_->model.styles.begin(), base_->model.styles.end());
  return names;
}

void TextureTraining::check_names() const {
  for (const NamedPicture& one : textures_)
    if (only_rows() && std::ranges::count(base_->model.styles, one.name))
      throw Error(Error::Kind::BadSetting, "The model " + in_quotes(base_->model.name) +
                                               " has a texture " + in_quotes(one.name) +
                                               " already; choose another name.");
}

/// Going on with another picture would give a mixture that nobody asked for.
void TextureTraining::check_checkpoint() const {
  const fs::path path = checkpoint_of(output_);
  if (!fs::exists(path)) return;
  const TensorFile file(path);
  const auto theirs = file.tensors().find("subject.means");
  const torch::Tensor ours = targets_.at("relu1_1").mean.cpu();
  if (theirs == file.tensors().end() || theirs->second.shape != ours.sizes().vec() ||
      !ours.allclose(to_torch(theirs->second), 1e-3, 1e-4))
    throw Error(Error::Kind::BadSetting,
                "The checkpoint " + in_quotes(path.string()) +
                    " is of a training with other textures; remove it, or choose another name.");
}

torch::Tensor TextureTraining::blend(const torch::Tensor& ids) const {
  return torch::one_hot(ids, net_->rows()).to(torch::kFloat32);
}

torch::Tensor TextureTraining::made(int64_t side, std::uint64_t first_seed,
                                    const torch::Tensor& ids) {
  std::vector<std::uint64_t> seeds;
  for (int64_t i = 0; i < ids.size(0); ++i) seeds.push_back(first_seed + std::uint64_t(i));
  return net_(net_->noise(side, side, seeds), blend(ids));
}

/// How the new rows begin as mixtures of the base's {textures, base's rows}: what fits best.
torch::Tensor TextureTraining::base_mixture() {
  torch::NoGradGuard no_grad;
  TextureNet& net = base_->net;
  StyleRows wanted;
  for (const NamedPicture& one : textures_) wanted.styles.push_back(one.name);
  const TextureNoise noise = net->noise(options_.loop.crop, options_.loop.crop, {0, 1});
  return row_mixture(
      {.styles = base_->model.styles, .strokes = {}}, wanted,
      [&](const torch::Tensor& blend, int64_t row) {
        const torch::Tensor ids = torch::full({2}, row, torch::kInt64).to(compute_.device);
        const torch::Tensor painted = net(noise, blend.to(compute_.device).expand({2, -1}));
        return judged_->style(painted, selected(targets_, ids)).item<double>();
      });
}

/// At random without a base; else with its weights, all but the rows frozen when only those are
/// learnt.
TextureNet TextureTraining::starting_net() {
  const auto count = int64_t(textures_.size());
  if (!base_) {
    net_ = TextureNet(options_.width, count);
  } else {
    base_->net->to(compute_.device);
    torch::NoGradGuard no_grad;
    net_ = TextureNet(base_->net->width(), int64_t(names().size()));
    torch::Tensor mixture = base_mixture().cpu();
    if (only_rows()) mixture = torch::cat({mixture, torch::eye(base_->net->rows())});
    base_->net->to(torch::kCPU);
    const auto theirs = weights_of(*base_->net);
    for (auto& [name, tensor] : weights_of(*net_)) {
      const torch::Tensor& had = theirs.at(name);
      const bool row = is_texture_row(name);
      tensor.copy_(row ? mixture.matmul(had.flatten(1)).view(tensor.sizes()) : had);
      if (tensor.is_leaf() && only_rows()) tensor.set_requires_grad(row && name.find("conv") == 0);
    }
  }
  set_waves();
  return net_;
}

/// The waves of a texture are those of its picture; learning does not change them.
void TextureTraining::set_waves() {
  for (std::size_t i = 0; i < textures_.size(); ++i) {
    const PlaneWaves found = plane_waves(textures_[i].picture, net_->waves.size(1));
    net_->waves[int64_t(i)].copy_(found.waves);
    net_->strength[int64_t(i)].copy_((8 * (found.shares - chance)).clamp(0, 1));
  }
}

Losses TextureTraining::step(int index, int64_t count) {
  const int64_t first = int64_t(index) * count;
  const torch::Tensor ids =
      (torch::arange(count) + first).remainder(int64_t(textures_.size())).to(compute_.device);
  const std::uint64_t seed = std::uint64_t(options_.loop.common.seed) << 32 | std::uint64_t(first);
  const torch::Tensor painted = made(options_.loop.crop, seed, ids);
  Losses losses = {{"style", judged_->style(painted, selected(targets_, ids))}};
  // Colours that a screen cannot show would be cut off, and look like blots.
  losses["range"] = (painted - painted.clamp(0, 1)).abs().mean();
  // What is regular has its steps where its waves are.
  const torch::Tensor irregular = 1 - std::get<0>(net_->strength.index_select(0, ids).max(1));
  losses["grid"] = (irregular * grid_of(painted)).mean();
  losses["loss"] = losses["style"] + losses["range"] + grid_weight * losses["grid"];
  if (adversary_ && torch::GradMode::is_enabled()) {
    adversary_->learn(index, painted, ids);
    losses["adversarial"] = adversary_->loss(index, painted, ids);
    losses["loss"] = losses["loss"] + options_.adversarial_weight * losses["adversarial"];
  }
  return losses;
}

/// The style loss of each texture, on pictures of seeds that learning did not use.
std::map<std::string, double> TextureTraining::scores() {
  torch::NoGradGuard no_grad;
  const Autocast autocast(compute_);
  std::map<std::string, double> found;
  for (std::size_t i = 0; i < textures_.size(); ++i) {
    const torch::Tensor ids = torch::full({4}, int64_t(i), torch::kInt64).to(compute_.device);
    const torch::Tensor painted = made(2 * options_.loop.crop, std::uint64_t(1) << 63, ids);
    found[textures_[i].name] = judged_->style(painted, selected(targets_, ids)).item<double>();
  }
  return found;
}

/// A row a texture: a part of the picture, then what is made.
void TextureTraining::make_samples() {
  torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> rows;
  for (std::size_t i = 0; i < textures_.size(); ++i) {
    const torch::Tensor& picture = textures_[i].picture;
    const int64_t height = std::min(sheet_side, picture.size(2)),
                  width = std::min(sheet_side, picture.size(3));
    rows.push_back(torch::constant_pad_nd(picture.narrow(2, 0, height).narrow(3, 0, width),
                                          {0, sheet_side - width, 0, sheet_side - height}, 1));
    rows.push_back(
        made(sheet_side, 0,
             torch::full({sheet_columns - 1}, int64_t(i), torch::kInt64).to(compute_.device)));
  }
  write_sheet(output_ + ".samples.jpg", torch::cat(rows), sheet_columns);
}

nlohmann::json TextureTraining::card(double seconds) const {
  nlohmann::json card = {
      {"architecture", "texture"},
      {"licence", only_rows() ? "unknown" : "CC0-1.0"},
      {"trained-on", std::to_string(textures_.size()) + " pictures of textures"},
      {"styles", names()},
      {"size", options_.size},
      {"encoder", {{"name", judge_.name}, {"sha256", judge_.sha256}}},
      {"weights", {{"style", 1}, {"adversarial", options_.adversarial_weight}}},
      {"training", training_card("texture", options_.loop, pictures_, compute_, seconds)},
  };
  if (base_) card["from"] = {{"name", base_->model.name}, {"sha256", base_->model.sha256}};
  return card;
}

void TextureTraining::save(const nlohmann::json& card) const {
  Metadata metadata = metadata_of(StyleRows{.styles = names(), .strokes = {}});
  metadata["architecture"] = "texture";
  save_weights(output_, weights_of(*net_), metadata, torch::kFloat16);
  register_model(output_, card.dump(2));
  fs::remove(checkpoint_of(output_));
}

Facts TextureTraining::run(const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Trained> others = {{"subject.", &subject_, nullptr}};
  if (adversary_) others.push_back(adversary_->trained());
  Facts facts = descend(
      *net_, pictures_, options_.loop, compute_, output_,
      [&](int index, const Batch& batch) { return step(index, batch.squares.size(0)); },
      [&] { make_samples(); }, progress, others);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  const auto after = scores();
  double sum = 0;
  for (const auto& [name, loss] : after) sum += loss;
  facts["style-loss"] = std::format("{:.4g}", sum / double(after.size()));
  nlohmann::json result = card(spent.count());
  result["losses"] = {{"style", after}};
  make_samples();
  save(result);
  return facts;
}

}  // namespace

Facts train_texture(const TextureTrainOptions& options, const std::vector<Image>& pictures,
                    const std::string& output, const Progress& progress) {
  return TextureTraining(options, pictures, output).run(progress);
}

}  // namespace pastiche
