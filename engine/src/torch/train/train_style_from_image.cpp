#include <chrono>
#include <future>

#include "nets/image_stylizer.hpp"
#include "pastiche/models.hpp"
#include "style/repaint.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

constexpr double picture_weight = 20;

/// How many pictures of a batch are paintings.
int64_t half(int64_t count) { return (count + 1) / 2; }

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
        index == ahead_index_ && count == half(options_.batch) ? ahead_.get() : read(index, count);
    ahead_index_ = index + 1;
    ahead_ = std::async(std::launch::async,
                        [this, index] { return read(index + 1, half(options_.batch)); });
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

/// Of each step back from the features of a batch, how far it ends from those of the block before,
/// as a share of their square; of the last, how far from the picture.
Losses inversion_losses(ImageStylizer& stylizer, const torch::Tensor& pictures) {
  Features features;
  {
    torch::NoGradGuard no_grad;  // the encoder is frozen
    features = stylizer->encoder(pictures, stylizer->layers());
  }
  const auto step = [&](int block) {
    return stylizer->decoder->step(features.at(first_layer(block)), block).to(torch::kFloat32);
  };
  Losses losses = {{"picture", (step(1) - pictures).square().mean()}};
  losses["loss"] = picture_weight * losses["picture"];
  for (int block = 2; block <= stylizer->blocks(); ++block) {
    const torch::Tensor target = features.at(first_layer(block - 1)).to(torch::kFloat32);
    const torch::Tensor loss = (step(block) - target).square().mean() / target.square().mean();
    losses["block" + std::to_string(block)] = loss;
    losses["loss"] = losses["loss"] + loss;
  }
  return losses;
}

/// Columns of unseen pairs: the content, the style, and the ways of painting.
void paint_samples(ImageStylizer& stylizer, const torch::Tensor& contents,
                   const torch::Tensor& styles, const std::filesystem::path& file) {
  std::vector<torch::Tensor> rows = {contents, styles};
  for (const Transform transform : {Transform::Transport, Transform::AdaIN, Transform::Whitening})
    for (int64_t i = 0; i < contents.size(0); ++i)
      rows.push_back(repainted(stylizer, contents.narrow(0, i, 1),
                               {{1, moments_at(stylizer, styles.narrow(0, i, 1))}},
                               {.transform = transform}));
  write_sheet(file, torch::cat(rows), contents.size(0));
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
  const auto unseen = [&](const PictureSet& set, int count, int side) {
    return set.held_out(count, side).to(compute.device).squares;
  };
  ImageStylizer stylizer = stylizer_around(TensorFile(eyes.file));
  stylizer->to(compute.device);
  stylizer->encoder->normalise(unseen(photos, 32, loop.crop));
  const torch::Tensor contents = unseen(photos, 6, 192),
                      styles = unseen(paintings.pictures(), 6, 192);

  Facts facts = descend(
      *stylizer->decoder, photos, loop, compute, output,
      [&](int index, const Batch& batch) {
        const int64_t count = batch.squares.size(0), painted = half(count);
        return inversion_losses(stylizer,
                                torch::cat({batch.squares.narrow(0, painted, count - painted),
                                            paintings.batch(index, painted)}));
      },
      [&] { paint_samples(stylizer, contents, styles, output + ".samples.jpg"); }, progress);

  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  const nlohmann::json card = {
      {"architecture", "style-decoder"},
      {"licence", "CC0-1.0"},
      {"trained-on", std::to_string(photos.size()) + " photos and " +
                         std::to_string(paintings.pictures().size()) + " paintings"},
      {"encoder", {{"name", eyes.name}, {"sha256", eyes.sha256}}},
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
