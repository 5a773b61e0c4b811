#include <chrono>
#include <future>
#include <random>

#include "nets/image_stylizer.hpp"
#include "pastiche/models.hpp"
#include "style/perceptual_loss.hpp"
#include "style/restyle.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

/// Squares of paintings, the next ones being read while the last are learnt from.
class Paintings {
 public:
  Paintings(const StyleFromImageTrainOptions& options, const Compute& compute)
      : pictures_(options.style_data, options.loop.augmentation),
        options_(options.loop),
        compute_(compute) {}

  const PictureSet& pictures() const { return pictures_; }

  torch::Tensor batch(int index, int64_t count) {
    const torch::Tensor found =
        index == ahead_index_ && count == options_.batch ? ahead_.get() : read(index, count);
    ahead_index_ = index + 1;
    ahead_ =
        std::async(std::launch::async, [this, index] { return read(index + 1, options_.batch); });
    return found.to(compute_.device, torch::kFloat32) / 255;
  }

 private:
  torch::Tensor read(int index, int64_t count) const {
    return pictures_
        .batch(count, options_.crop, std::uint64_t(options_.common.seed) + 1, std::uint64_t(index))
        .squares;
  }

  const PictureSet pictures_;
  const LoopOptions& options_;
  const Compute& compute_;
  std::future<torch::Tensor> ahead_;
  int ahead_index_ = -1;
};

torch::Tensor paint(ImageStylizer& stylizer, const torch::Tensor& content,
                    const torch::Tensor& style, Transform transform) {
  Features features;
  StyleMoments from, to;
  {
    torch::NoGradGuard no_grad;  // the encoder is frozen, and so are the maps
    features = stylizer->encoder(content, stylized_layers);
    from = moments_of(features);
    to = moments_of(stylizer->encoder(style, stylized_layers));
  }
  return stylizer->decoder(restyled(features, from, to, transform), statistics_of(to))
      .to(torch::kFloat32);
}

/// What is random in one step.
struct Draw {
  Draw(int seed, int index, int steps) {
    std::seed_seq sequence = {seed, index};
    std::mt19937 random(sequence);
    transform = random() & 1 ? Transform::AdaIN : Transform::Whitening;
    // The first twentieth learns nothing but to give pictures back.
    own_all = 20 * index < steps;
    own_one = random() & 1;
  }

  Transform transform;
  bool own_all;  // every picture is its own style
  bool own_one;  // the last of the batch is
};

/// The mean over the pictures that are their own style, 0 without one.
torch::Tensor identity_loss(const torch::Tensor& painted, const torch::Tensor& content,
                            const Draw& draw) {
  const int64_t own = draw.own_all ? content.size(0) : draw.own_one ? 1 : 0;
  if (own == 0) return torch::zeros({}, painted.options());
  const int64_t first = content.size(0) - own;
  return (painted - content).narrow(0, first, own).square().mean() * double(own) /
         double(content.size(0));
}

Losses weighed(Losses losses, const StyleFromImageTrainOptions& options) {
  losses["loss"] = options.content_weight * losses["content"] +
                   options.style_weight * losses["style"] + options.tv_weight * losses["tv"] +
                   losses["range"] + options.identity_weight * losses["identity"];
  return losses;
}

/// Columns of unseen pairs: the content, the style, and both ways of painting.
void paint_samples(ImageStylizer& stylizer, const torch::Tensor& content,
                   const torch::Tensor& style, const std::filesystem::path& file) {
  torch::NoGradGuard no_grad;
  write_sheet(file,
              torch::cat({content, style, paint(stylizer, content, style, Transform::AdaIN),
                          paint(stylizer, content, style, Transform::Whitening)}),
              content.size(0));
}

Encoder judge_of(const Model& model, const torch::Tensor& probe) {
  Encoder judge = load_encoder(TensorFile(model.file));
  judge->to(probe.device());
  judge->normalise(probe);
  return judge;
}

nlohmann::json name_and_hash(const Model& model) {
  return {{"name", model.name}, {"sha256", model.sha256}};
}

}  // namespace

Facts train_style_from_image(const StyleFromImageTrainOptions& options, const std::string& output,
                             const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const LoopOptions& loop = options.loop;
  const Compute compute = resolve(loop.common);
  torch::manual_seed(std::uint64_t(loop.common.seed));
  const PictureSet photos(loop.data, loop.augmentation);
  Paintings paintings(options, compute);
  const Model eyes = find_model(options.encoder, "encoder", options.models);
  const Model judge =
      options.judge.empty() ? eyes : find_model(options.judge, "encoder", options.models);
  const auto unseen = [&](const PictureSet& set, int count, int side) {
    return set.held_out(count, side).to(compute.device).squares;
  };
  const torch::Tensor probe = unseen(photos, 32, loop.crop);
  const PerceptualLoss judged(judge_of(judge, probe));

  ImageStylizer stylizer = stylizer_around(TensorFile(eyes.file), options.width, options.residuals);
  stylizer->to(compute.device);
  stylizer->encoder->normalise(probe);
  const torch::Tensor contents = unseen(photos, 6, 192),
                      styles = unseen(paintings.pictures(), 6, 192);

  Facts facts = descend(
      *stylizer->decoder, photos, loop, compute, output,
      [&](int index, const Batch& pictures) {
        const torch::Tensor& batch = pictures.squares;
        const Draw draw(loop.common.seed, index, batches_of(loop));
        torch::Tensor style = paintings.batch(index, batch.size(0));
        if (draw.own_all)
          style = batch;
        else if (draw.own_one)
          style = torch::cat(
              {style.narrow(0, 0, batch.size(0) - 1), batch.narrow(0, batch.size(0) - 1, 1)});
        const torch::Tensor painted = paint(stylizer, batch, style, draw.transform);
        Losses losses = judged(painted, batch, judged.style_of(style));
        losses["identity"] = identity_loss(painted, batch, draw);
        return weighed(losses, options);
      },
      [&] { paint_samples(stylizer, contents, styles, output + ".samples.jpg"); }, progress);

  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  const nlohmann::json card = {
      {"architecture", "style-decoder"},
      {"licence", "CC0-1.0"},
      {"trained-on", std::to_string(photos.size()) + " photos and " +
                         std::to_string(paintings.pictures().size()) + " paintings"},
      {"encoder", name_and_hash(eyes)},
      {"judge", name_and_hash(judge)},
      {"weights",
       {{"content", options.content_weight},
        {"style", options.style_weight},
        {"tv", options.tv_weight},
        {"identity", options.identity_weight}}},
      {"training", training_card("style-from-image", loop, photos, compute, spent.count())},
      {"evaluation", facts},
  };
  save_weights(output, weights_of(*stylizer),
               {{"architecture", "style-decoder"},
                {"encoder", eyes.name},
                {"encoder-sha256", eyes.sha256},
                {"padding", name_of(stylizer->encoder->padding)},
                {"pooling", name_of(stylizer->encoder->pooling)}},
               torch::kFloat16);
  register_model(output, card.dump(2));
  std::filesystem::remove(checkpoint_of(output));
  return facts;
}

}  // namespace pastiche
