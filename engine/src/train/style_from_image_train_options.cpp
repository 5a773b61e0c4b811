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
           .help = N_("Paintings to learn from beside the photos: a folder, searched with its "
                      "subfolders, or "
                      "a file that 'pastiche pack' made"),
           .initial = defaults.style_data},
          {.name = "encoder",
           .label = N_("Encoder"),
           .help = N_("Perceptual network to paint from, which is kept in the model: an installed "
                      "model's name, or a file"),
           .initial = defaults.encoder},
          models_row(defaults.models),
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
          .models = settings.text("models"),
          .loop = loop_options(settings)};
}

}  // namespace pastiche
