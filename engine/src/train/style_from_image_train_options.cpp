#include "train/style_from_image_train_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const StyleFromImageTrainOptions defaults;

Params rows() {
  return with_loop(
      {
          {.name = "style-data",
           .label = N_("Styles"),
           .help = N_("Paintings whose styles to meet: a folder, searched with its subfolders, or "
                      "a file that 'pastiche pack' made"),
           .initial = defaults.style_data},
          {.name = "encoder",
           .label = N_("Encoder"),
           .help = N_("Perceptual network to paint from, which is kept in the model: an installed "
                      "model's name, or a file"),
           .initial = defaults.encoder},
          {.name = "judge",
           .label = N_("Judge"),
           .help = N_("Perceptual network that judges: an installed model's name, or a file; "
                      "empty is the encoder"),
           .initial = defaults.judge},
          models_row(defaults.models),
          {.name = "width",
           .label = N_("Width"),
           .help = N_("Channels that the decoder has at least"),
           .initial = defaults.width,
           .min = 4,
           .max = 128},
          {.name = "residuals",
           .label = N_("Residual convolutions"),
           .help = N_("Further convolutions of the decoder at a quarter of the size"),
           .initial = defaults.residuals,
           .min = 0,
           .max = 32},
          {.name = "content-weight",
           .label = N_("Content weight"),
           .help = N_("Weight of the content loss"),
           .initial = defaults.content_weight,
           .min = 0,
           .max = 1e6},
          {.name = "style-weight",
           .label = N_("Style weight"),
           .help = N_("Weight of the style loss"),
           .initial = defaults.style_weight,
           .min = 0,
           .max = 1e6},
          {.name = "tv-weight",
           .label = N_("Smoothness"),
           .help = N_("Weight of the total variation loss"),
           .initial = defaults.tv_weight,
           .min = 0,
           .max = 1e6},
          {.name = "identity-weight",
           .label = N_("Identity weight"),
           .help = N_("Weight of the difference that a picture in its own style comes back with"),
           .initial = defaults.identity_weight,
           .min = 0,
           .max = 1e6},
      },
      defaults.loop);
}

}  // namespace

const Trainer style_from_image_trainer = {
    .name = "style-from-image",
    .label = N_("Style from Picture"),
    .help = N_("Learns a network that paints in the style of any picture in one pass."),
    .inputs = {},
    .params = rows(),
};

StyleFromImageTrainOptions style_from_image_train_options(const Settings& settings) {
  return {.style_data = settings.text("style-data"),
          .encoder = settings.text("encoder"),
          .judge = settings.text("judge"),
          .models = settings.text("models"),
          .width = settings.whole("width"),
          .residuals = settings.whole("residuals"),
          .content_weight = settings.real("content-weight"),
          .style_weight = settings.real("style-weight"),
          .tv_weight = settings.real("tv-weight"),
          .identity_weight = settings.real("identity-weight"),
          .loop = loop_options(settings)};
}

}  // namespace pastiche
