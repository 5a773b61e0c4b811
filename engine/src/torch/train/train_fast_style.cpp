#include <algorithm>
#include <chrono>

#include "nets/encoder.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "style/perceptual_loss.hpp"
#include "tensor_image.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

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

/// What is descended: the perceptual losses by their weights, and, by
/// `copy_weight`, the squared difference to the content's pixels.
Losses weighed(Losses losses, const torch::Tensor& painted, const torch::Tensor& content,
               const FastStyleTrainOptions& options, double copy_weight) {
  losses["copy"] = (painted - content).square().mean();
  losses["loss"] = options.content_weight * losses["content"] +
                   options.style_weight * losses["style"] + options.tv_weight * losses["tv"] +
                   losses["range"] + copy_weight * losses["copy"];
  return losses;
}

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
  const PictureSet pictures(options.loop.data);
  const std::vector<Style> styles = parse_styles(options.styles);
  const Model judge = find_model(options.encoder, "encoder", options.models);
  Encoder encoder = load_encoder(TensorFile(judge.file));
  encoder->to(compute.device);
  encoder->normalise(pictures.held_out(32, options.loop.crop).to(compute.device, torch::kFloat32) /
                     255);
  const PerceptualLoss judged(encoder);
  std::vector<StyleMoments> each;
  for (const Style& style : styles)
    each.push_back(judged.style_of(load_style(style, options.style_size, compute)));
  const StyleMoments targets = joined(each);

  TransformerNet net(options.width, options.residuals, int64_t(styles.size()));
  net->to(compute.device);
  const torch::Tensor samples = pictures.held_out(5, 256).to(compute.device, torch::kFloat32) / 255;
  const auto sheet = [&] { paint_samples(net, samples, styles.size(), output + ".samples.jpg"); };

  Losses last;
  descend(
      *net, pictures, options.loop, compute, output,
      [&](int step, const torch::Tensor& batch) {
        const torch::Tensor ids = (torch::arange(batch.size(0)) + int64_t(step) * batch.size(0))
                                      .remainder(int64_t(styles.size()))
                                      .to(batch.device());
        const torch::Tensor painted = net(batch, one_hot(ids, styles.size()));
        return last = weighed(judged(painted, batch, selected(targets, ids)), painted, batch,
                              options, copy_weight(step, options.loop.steps));
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
  return {};
}

}  // namespace pastiche
