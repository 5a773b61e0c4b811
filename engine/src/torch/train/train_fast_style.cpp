#include <algorithm>
#include <chrono>

#include "nets/encoder.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "tensor_image.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

const std::set<std::string> style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
const std::set<std::string> content_layers = {"relu3_1", "relu4_1"};

struct Style {
  std::string name;
  std::filesystem::path file;
};

/// "name=file,name=file" or a folder, each picture of which is named by its stem.
std::vector<Style> parse_styles(const std::string& text) {
  std::vector<Style> styles;
  if (std::filesystem::is_directory(text)) {
    for (const auto& entry : std::filesystem::directory_iterator(text))
      styles.push_back({entry.path().stem(), entry.path()});
    std::ranges::sort(styles, {}, &Style::name);
  } else {
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
      const auto equals = part.find('=');
      const std::filesystem::path file = part.substr(equals == part.npos ? 0 : equals + 1);
      styles.push_back({equals == part.npos ? file.stem().string() : part.substr(0, equals), file});
    }
  }
  if (styles.empty())
    throw Error(Error::Kind::BadSetting,
                "No style was named: --styles takes NAME=FILE,NAME=FILE... or a folder.");
  return styles;
}

/// The two moments of each sample's features over its pixels.
struct Moments {
  torch::Tensor mean;        // {N, C}
  torch::Tensor covariance;  // {N, C, C}; the Gram matrix of what is left without the mean
};

Moments moments(const torch::Tensor& features) {
  const torch::Tensor f = features.to(torch::kFloat32).flatten(2);
  const torch::Tensor mean = f.mean(2, true), centred = f - mean;
  return {mean.squeeze(2), torch::bmm(centred, centred.transpose(1, 2)) / double(f.size(2))};
}

/// The squared distance relative to the target's own square, one a sample.
torch::Tensor relative(const torch::Tensor& x, const torch::Tensor& target) {
  return (x - target).square().flatten(1).sum(1) /
         target.square().flatten(1).sum(1).clamp_min(1e-8);
}

class PerceptualLoss {
 public:
  PerceptualLoss(const FastStyleTrainOptions& options, Encoder encoder,
                 const std::vector<torch::Tensor>& styles)
      : options_(options), encoder_(std::move(encoder)) {
    torch::NoGradGuard no_grad;
    std::map<std::string, std::vector<torch::Tensor>> means, covariances;
    for (const torch::Tensor& style : styles)
      for (const auto& [layer, features] : encoder_(style, style_layers)) {
        const Moments of_style = moments(features);
        means[layer].push_back(of_style.mean);
        covariances[layer].push_back(of_style.covariance);
      }
    for (const std::string& layer : style_layers)
      targets_[layer] = {torch::cat(means[layer]), torch::cat(covariances[layer])};
  }

  /// `ids` {N}: the style of each sample. `copy_weight`: of the squared
  /// difference to the content's pixels.
  Losses operator()(const torch::Tensor& painted, const torch::Tensor& content,
                    const torch::Tensor& ids, double copy_weight) {
    const Features of_painted = encoder_(painted, style_layers);
    Features of_content;
    {
      torch::NoGradGuard no_grad;
      of_content = encoder_(content, content_layers);
    }
    torch::Tensor kept = torch::zeros({}, painted.device()), style = kept;
    for (const auto& [layer, wanted] : of_content)
      kept = kept + relative(of_painted.at(layer).to(torch::kFloat32), wanted).mean();
    // The logarithm keeps one picture far off from outweighing all others.
    for (const auto& [layer, features] : of_painted) {
      const Moments ours = moments(features), &theirs = targets_.at(layer);
      style = style + relative(ours.mean, theirs.mean.index_select(0, ids)).log1p().mean() +
              relative(ours.covariance, theirs.covariance.index_select(0, ids)).log1p().mean();
    }
    Losses losses;
    losses["content"] = kept / double(of_content.size());
    losses["style"] = style / double(of_painted.size());
    losses["tv"] = painted.diff(1, 2).square().mean() + painted.diff(1, 3).square().mean();
    // Colours that a screen cannot show would be cut off, and look like blots.
    losses["range"] = (painted - painted.clamp(0, 1)).abs().mean();
    losses["copy"] = (painted - content).square().mean();
    losses["loss"] = options_.content_weight * losses["content"] +
                     options_.style_weight * losses["style"] + options_.tv_weight * losses["tv"] +
                     losses["range"] + copy_weight * losses["copy"];
    return losses;
  }

 private:
  const FastStyleTrainOptions& options_;
  Encoder encoder_;
  std::map<std::string, Moments> targets_;  // a row a style
};

/// The network first learns to copy: begun with the style, it would kill whole
/// regions (all channels negative before the last ReLU) and never bring them back.
double copy_weight(int step, int steps) { return 20 * std::max(0.0, 1 - 10.0 * step / steps); }

torch::Tensor load_style(const Style& style, int longest, const Compute& compute) {
  const torch::Tensor rgb =
      read_rgb(style.file).unsqueeze(0).to(compute.device, torch::kFloat32) / 255;
  const double scale = double(longest) / double(std::max(rgb.size(2), rgb.size(3)));
  return resize(rgb, std::max<int64_t>(16, std::llround(rgb.size(2) * scale)),
                std::max<int64_t>(16, std::llround(rgb.size(3) * scale)));
}

torch::Tensor one_hot(const torch::Tensor& ids, std::size_t styles) {
  return torch::one_hot(ids, int64_t(styles)).to(torch::kFloat32);
}

/// A row a style, unseen pictures as columns, the pictures themselves on top.
void paint_samples(TransformerNet& net, const torch::Tensor& pictures, std::size_t styles,
                   const std::filesystem::path& file) {
  torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> rows = {pictures};
  for (std::size_t s = 0; s < styles; ++s) {
    const auto ids = torch::full({pictures.size(0)}, int64_t(s), torch::kInt64);
    rows.push_back(net(pictures, one_hot(ids, styles).to(pictures.device())));
  }
  write_sheet(file, torch::cat(rows), int(pictures.size(0)));
}

}  // namespace

Facts train_fast_style(const FastStyleTrainOptions& options, const std::string& output,
                       const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Compute compute = resolve(options.loop.common);
  torch::manual_seed(std::uint64_t(options.loop.common.seed));
  if (options.loop.crop % 4 != 0)
    throw Error(Error::Kind::BadSetting,
                "The crop " + std::to_string(options.loop.crop) + " is not a multiple of 4.");
  const PictureSet pictures(options.loop.data, options.loop.augmentation);
  const std::vector<Style> styles = parse_styles(options.styles);
  const Model judge = find_model(options.encoder, "encoder", options.models);
  Encoder encoder = load_encoder(TensorFile(judge.file));
  encoder->to(compute.device);
  encoder->normalise(pictures.held_out(32, options.loop.crop).to(compute.device, torch::kFloat32) /
                     255);
  std::vector<torch::Tensor> style_pictures;
  for (const Style& style : styles)
    style_pictures.push_back(load_style(style, options.style_size, compute));
  PerceptualLoss judged(options, encoder, style_pictures);

  TransformerNet net(options.width, options.residuals, int64_t(styles.size()));
  net->to(compute.device);
  const torch::Tensor samples = pictures.held_out(5, 256).to(compute.device, torch::kFloat32) / 255;
  const auto sheet = [&] { paint_samples(net, samples, styles.size(), output + ".samples.jpg"); };

  Losses last;
  const Facts facts = descend(
      *net, pictures, options.loop, compute, output,
      [&](int step, const torch::Tensor& batch) {
        const torch::Tensor ids = (torch::arange(batch.size(0)) + int64_t(step) * batch.size(0))
                                      .remainder(int64_t(styles.size()))
                                      .to(batch.device());
        return last = judged(net(batch, one_hot(ids, styles.size())), batch, ids,
                             copy_weight(step, batches_of(options.loop)));
      },
      sheet, progress);

  nlohmann::json names;
  for (const Style& style : styles) names.push_back(style.name);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  nlohmann::json card = {
      {"architecture", "transformer"},
      {"licence", "CC0-1.0"},
      {"trained-on", std::to_string(pictures.size()) + " photos and " +
                         std::to_string(styles.size()) + " paintings"},
      {"styles", names},
      {"encoder", {{"name", judge.name}, {"sha256", judge.sha256}}},
      {"weights",
       {{"content", options.content_weight},
        {"style", options.style_weight},
        {"tv", options.tv_weight}}},
      {"training", training_card("fast-style", options.loop, pictures, compute, spent.count())},
      {"evaluation",
       {{"content loss, last step", last.at("content").item<double>()},
        {"style loss, last step", last.at("style").item<double>()}}},
  };
  save_weights(output, weights_of(*net),
               {{"architecture", "transformer"}, {"styles", names.dump()}}, torch::kFloat16);
  register_model(output, card.dump(2));
  std::filesystem::remove(checkpoint_of(output));
  return facts;
}

}  // namespace pastiche
