#pragma once

#include <string_view>

#include "pastiche/trainer.hpp"
#include "train/fast_style_train_options.hpp"
#include "train/gan_train_options.hpp"
#include "train/style_from_image_train_options.hpp"
#include "train/texture_train_options.hpp"
#include "train/train_options.hpp"

namespace pastiche {

/// The trainer of that name, on the settings given. See each below.
Facts run_trainer(std::string_view name, const Pictures& pictures, const Settings& settings,
                  const std::string& output, const Progress& progress);

/// Writes `output` (safetensors, "encoder") with its card and manifest row. The
/// card reports each layer's correlation with the teacher on held-out squares.
Facts train_encoder(const EncoderTrainOptions& options, const std::string& output,
                    const Progress& progress);

/// Writes `output` (safetensors, "transformer", or "style" where only norm
/// parameters are learnt) with its card and manifest row. `pictures` are styles
/// beside those that the options name. Facts: "style-loss", "content-loss", of
/// held-out pictures; with a base "style-loss-before", and "advice".
Facts train_fast_style(const FastStyleTrainOptions& options, const std::vector<Image>& pictures,
                       const std::string& output, const Progress& progress);

/// Writes `output` (safetensors, "style-decoder") with its card and manifest row.
Facts train_style_from_image(const StyleFromImageTrainOptions& options, const std::string& output,
                             const Progress& progress);

/// Writes `output` (safetensors, "generator" or "vae") with its card and manifest row. Facts: of a
/// GAN "diversity" (see diversity_of), and "advice" when the training had to go back; of a VAE
/// "held-out-reconstruction" and "held-out-divergence", nats a picture, whose sum is minus the
/// ELBO.
Facts train_gan(const GanTrainOptions& options, const std::string& output,
                const Progress& progress);
Facts train_vae(const VaeTrainOptions& options, const std::string& output,
                const Progress& progress);

/// Writes `output` (safetensors, "texture") with its card and manifest row. `pictures` are textures
/// beside those that the options name. Facts: "style-loss", of pictures made of seeds that were not
/// learnt with.
Facts train_texture(const TextureTrainOptions& options, const std::vector<Image>& pictures,
                    const std::string& output, const Progress& progress);

}  // namespace pastiche
