#include <chrono>

#include "nets/encoder.hpp"
#include "style/perceptual_loss.hpp"
#include "style/style_statistics.hpp"
#include "text.hpp"
#include "train/adversary.hpp"
#include "train/loop.hpp"
#include "train/starting_net.hpp"
#include "train/style_pictures.hpp"
#include "train/style_scores.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// What one training works with, and its parts in order.
class StyleTraining {
 public:
  StyleTraining(const FastStyleTrainOptions& options, const std::vector<Image>& given,
                const std::string& output);

  Facts run(const Progress& progress);

 private:
  torch::Tensor unseen(int64_t count, int64_t side) const;
  void check_names() const;
  void check_checkpoint() const;
  double fit(const torch::Tensor& blend, int64_t row, const torch::Tensor& squares);
  StyleScores scores();
  torch::Tensor blend(const torch::Tensor& ids) const;
  Losses step(int index, const torch::Tensor& batch);
  void paint_samples();
  nlohmann::json card(double seconds) const;
  void save(const nlohmann::json& card) const;
  bool only_norm() const { return options_.learn == "norm"; }

  const FastStyleTrainOptions options_;
  const std::string output_;
  const Compute compute_;
  const PictureSet pictures_;
  std::optional<Base> base_;
  StylePictures styles_;
  Model judge_;
  std::optional<PerceptualLoss> judged_;
  StyleMoments targets_;  // a row for each of styles_
  std::optional<Model> seen_by_;  // whose statistics are kept
  StyleMoments statistics_;       // likewise
  TransformerNet net_ = nullptr;
  std::optional<Adversary> adversary_;
  torch::nn::Module subject_;  // buffers that tell what a checkpoint is learning
};

StyleTraining::StyleTraining(const FastStyleTrainOptions& options, const std::vector<Image>& given,
                             const std::string& output)
    : options_(suited(options, given.size())),
      output_(output),
      compute_(resolve(options.loop.common)),
      pictures_(options.loop.data, options.loop.augmentation),
      base_(load_base(options)),
      judge_(find_model(options.encoder, "encoder", options.models)) {
  torch::manual_seed(std::uint64_t(options.loop.common.seed));
  styles_ = read_styles(
      options_, given, fs::path(output).stem(),
      parse_strokes(options_.strokes, base_ ? base_->rows.strokes : std::vector<int>()));
  check_names();
  for (torch::Tensor& picture : styles_.pictures) picture = picture.to(compute_.device);

  Encoder encoder = load_encoder(TensorFile(judge_.file));
  encoder->to(compute_.device);
  encoder->normalise(unseen(32, options_.loop.crop));
  judged_.emplace(encoder);
  std::vector<StyleMoments> each;
  for (const torch::Tensor& picture : styles_.pictures) each.push_back(judged_->style_of(picture));
  targets_ = joined(each);

  if (!options.statistics.empty()) {
    seen_by_ = find_model(options.statistics, "encoder", options.models);
    Encoder eye = load_encoder(TensorFile(seen_by_->file));
    eye->to(compute_.device);
    statistics_ = statistics_of(eye, styles_.pictures);
  }

  subject_.register_buffer("means", targets_.at("relu1_1").mean);
  check_checkpoint();

  if (base_) base_->net->to(compute_.device);
  net_ = starting_net(options_, base_, styles_.rows,
                      [&, squares = unseen(4, 128)](const torch::Tensor& blend, int64_t row) {
                        return fit(blend, row, squares);
                      });
  net_->to(compute_.device);
  if (options_.adversarial_weight > 0)
    adversary_.emplace(styles_.pictures, options_.loop.crop, options_.adversarial_rate,
                       options_.loop.common.seed);
}

torch::Tensor StyleTraining::unseen(int64_t count, int64_t side) const {
  return pictures_.held_out(count, side).to(compute_.device).squares;
}

/// Learnt styles are offered beside the base's and those learnt before; one on its own is called
/// as its file.
void StyleTraining::check_names() const {
  if (!only_norm()) return;
  std::vector<std::string> names = styles_.rows.styles;
  if (names.size() == 1) names = {fs::path(output_).stem()};
  const auto offered = list_styles(base_->model, options_.models);
  for (const std::string& name : names)
    if (fs::exists(output_) || std::ranges::count(offered, name, &OfferedStyle::name))
      throw Error(Error::Kind::BadSetting,
                  "There is a style " + in_quotes(name) + " already; choose a name that none has.");
}

/// Going on with another picture would give a mixture that nobody asked for.
void StyleTraining::check_checkpoint() const {
  const fs::path path = checkpoint_of(output_);
  if (!fs::exists(path)) return;
  const TensorFile file(path);
  const auto theirs = file.tensors().find("subject.means");
  const torch::Tensor ours = targets_.at("relu1_1").mean.cpu();
  if (theirs == file.tensors().end() || theirs->second.shape != ours.sizes().vec() ||
      !ours.allclose(to_torch(theirs->second), 1e-3, 1e-4))
    throw Error(Error::Kind::BadSetting,
                "The checkpoint " + in_quotes(path.string()) +
                    " is of a training with other style pictures; remove it, or choose another "
                    "name.");
}

/// The loss of the base's network with a mixture of its rows, as far as it is about the row.
double StyleTraining::fit(const torch::Tensor& blend, int64_t row, const torch::Tensor& squares) {
  const Autocast autocast(compute_);
  const torch::Tensor ids = torch::full({squares.size(0)}, row, torch::kInt64).to(compute_.device);
  const auto losses =
      (*judged_)(base_->net(squares, blend.to(compute_.device).expand({squares.size(0), -1})),
                 squares, selected(targets_, ids));
  return options_.content_weight * losses.at("content").item<double>() +
         options_.style_weight * losses.at("style").item<double>();
}

torch::Tensor StyleTraining::blend(const torch::Tensor& ids) const {
  return torch::one_hot(ids, int64_t(styles_.rows.count())).to(torch::kFloat32);
}

/// A network without a base first learns to copy: begun with the style, it would kill whole
/// regions (all channels negative before the last ReLU) and never bring them back.
double copy_weight(double done) { return 20 * std::max(0.0, 1 - 10 * done); }

Losses StyleTraining::step(int index, const torch::Tensor& batch) {
  const torch::Tensor ids = (torch::arange(batch.size(0)) + int64_t(index) * batch.size(0))
                                .remainder(int64_t(styles_.rows.count()))
                                .to(batch.device());
  const torch::Tensor painted = net_(batch, blend(ids));
  Losses losses = (*judged_)(painted, batch, selected(targets_, ids));
  losses["loss"] = options_.content_weight * losses["content"] +
                   options_.style_weight * losses["style"] + options_.tv_weight * losses["tv"] +
                   options_.lattice_weight * losses["lattice"] +
                   losses["range"];
  if (!base_) {
    losses["copy"] = (painted - batch).square().mean();
    losses["loss"] =
        losses["loss"] + copy_weight(double(index) / batches_of(options_.loop)) * losses["copy"];
  }
  if (adversary_ && torch::GradMode::is_enabled()) {
    adversary_->learn(index, painted, ids);
    losses["adversarial"] = adversary_->loss(index, painted, ids);
    losses["loss"] = losses["loss"] + options_.adversarial_weight * losses["adversarial"];
  }
  return losses;
}

/// A row a style and stroke, unseen pictures as columns, the pictures themselves on top.
void StyleTraining::paint_samples() {
  torch::NoGradGuard no_grad;
  const torch::Tensor squares = unseen(5, 256);
  std::vector<torch::Tensor> rows = {squares};
  for (std::size_t row = 0; row < styles_.rows.count(); ++row) {
    const torch::Tensor ids = torch::full({squares.size(0)}, int64_t(row), torch::kInt64);
    rows.push_back(net_(squares, blend(ids.to(squares.device()))));
  }
  write_sheet(output_ + ".samples.jpg", torch::cat(rows), squares.size(0));
}

nlohmann::json StyleTraining::card(double seconds) const {
  nlohmann::json card = {
      {"architecture", only_norm() ? "style" : "transformer"},
      {"licence", only_norm() ? "unknown" : "CC0-1.0"},
      {"trained-on", std::to_string(pictures_.size()) + " photos and " +
                         std::to_string(styles_.rows.styles.size()) + " paintings"},
      {"styles", styles_.rows.styles},
      {"strokes", styles_.rows.strokes},
      {"encoder", {{"name", judge_.name}, {"sha256", judge_.sha256}}},
      {"weights",
       {{"content", options_.content_weight},
        {"style", options_.style_weight},
        {"tv", options_.tv_weight},
        {"lattice", options_.lattice_weight},
        {"adversarial", options_.adversarial_weight}}},
      {"training", training_card("fast-style", options_.loop, pictures_, compute_, seconds)},
  };
  if (seen_by_) card["statistics"] = {{"name", seen_by_->name}, {"sha256", seen_by_->sha256}};
  if (base_) card["from"] = {{"name", base_->model.name}, {"sha256", base_->model.sha256}};
  return card;
}

StyleScores StyleTraining::scores() {
  return measure(net_, *judged_, targets_, styles_.rows, unseen(8, options_.loop.crop), compute_);
}

void StyleTraining::save(const nlohmann::json& card) const {
  Metadata metadata = metadata_of(styles_.rows);
  metadata["architecture"] = card.at("architecture");
  if (seen_by_) metadata.merge(statistics_metadata(*seen_by_));
  auto tensors = only_norm() ? net_->norm_rows() : weights_of(*net_);
  tensors.merge(tensors_of(statistics_));
  if (only_norm()) {
    metadata["base"] = base_->model.name;
    metadata["base-sha256"] = base_->model.sha256;
    save_weights(output_, tensors, metadata);
  } else {
    save_weights(output_, tensors, metadata, torch::kFloat16);
  }
  register_model(output_, card.dump(2));
  fs::remove(checkpoint_of(output_));
}

Facts StyleTraining::run(const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  std::optional<double> before;
  if (base_) before = mean_of(scores().style);
  std::vector<Trained> others = {{"subject.", &subject_, nullptr}};
  if (adversary_) others.push_back(adversary_->trained());
  Facts facts = descend(
      *net_, pictures_, options_.loop, compute_, output_,
      [&](int index, const Batch& batch) { return step(index, batch.squares); },
      [&] { paint_samples(); }, progress, others);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;

  const StyleScores after = scores();
  const double style = mean_of(after.style);
  facts["style-loss"] = std::format("{:.4g}", style);
  facts["content-loss"] = std::format("{:.4g}", mean_of(after.content));
  if (before) facts["style-loss-before"] = std::format("{:.4g}", *before);
  if (only_norm()) {
    std::string& advice = facts["advice"];
    advice += (advice.empty() ? "" : " ") +
              advice_on_norm(*before, style, worst_in(read_card(base_->model), judge_));
  }
  nlohmann::json result = card(spent.count());
  result["losses"] = nlohmann::json::array({to_json(after, judge_)});
  paint_samples();
  save(result);
  return facts;
}

}  // namespace

Facts train_fast_style(const FastStyleTrainOptions& options, const std::vector<Image>& pictures,
                       const std::string& output, const Progress& progress) {
  return StyleTraining(options, pictures, output).run(progress);
}

}  // namespace pastiche
