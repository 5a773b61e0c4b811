#include <algorithm>
#include <chrono>
#include <format>

#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "style/perceptual_loss.hpp"
#include "text.hpp"
#include "train/adversary.hpp"
#include "train/grid.hpp"
#include "train/loop.hpp"
#include "train/style_pictures.hpp"
#include "train/texture_start.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr int64_t sheet_side = 256, sheet_columns = 4;
constexpr int64_t discriminator_width = 16;
constexpr double grid_weight = 30;

/// What one training works with, and its parts in order.
class TextureTraining {
 public:
  TextureTraining(const TextureTrainOptions& options, const std::vector<Image>& given,
                  const std::string& output);

  Facts run(const Progress& progress);

 private:
  void check_names() const;
  void check_checkpoint() const;
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
  net_ = starting_net({options_, base_, textures_, targets_, *judged_, compute_});
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
