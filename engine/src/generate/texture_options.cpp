#include "generate/texture_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const TextureOptions defaults;

Params rows() {
  return with_common({
      {.name = "model",
       .label = N_("Model"),
       .help = N_("The file of textures: the name of an installed model, or a path."),
       .initial = defaults.model},
      {.name = "texture",
       .label = N_("Texture"),
       .help = N_("One of the model's textures, or several to blend with weights, such as "
                  "bark:2,moss:1; empty takes the first."),
       .initial = defaults.texture},
      {.name = "width",
       .label = N_("Width"),
       .help = N_("Of the picture, in pixels."),
       .initial = defaults.width,
       .min = 1,
       .max = 65536},
      {.name = "height",
       .label = N_("Height"),
       .help = N_("Of the picture, in pixels."),
       .initial = defaults.height,
       .min = 1,
       .max = 65536},
      {.name = "zoom",
       .label = N_("Zoom"),
       .help = N_("2 shows everything twice as large as it was learnt, 0.5 half as large."),
       .initial = defaults.zoom,
       .min = 0.1,
       .max = 10},
      {.name = "tileable",
       .label = N_("Tileable"),
       .help = N_("Opposite edges fit together, so that copies side by side show no seam."),
       .initial = defaults.tileable},
      {.name = "count",
       .label = N_("Count"),
       .help = N_("How many samples: those of the seed, of the next one, and so on."),
       .initial = defaults.count,
       .min = 1,
       .max = 64},
      {.name = "models",
       .label = N_("Models folder"),
       .help = N_("A further folder to look for models in, before all others."),
       .initial = defaults.models},
  });
}

}  // namespace

const Filter texture_filter = {
    .name = "texture",
    .label = N_("Texture"),
    .help = N_("Makes a texture of any size that a network has learnt."),
    .inputs = {},
    .params = rows(),
};

TextureOptions texture_options(const Settings& settings) {
  return {.model = settings.text("model"),
          .texture = settings.text("texture"),
          .width = settings.whole("width"),
          .height = settings.whole("height"),
          .zoom = settings.real("zoom"),
          .tileable = settings.flag("tileable"),
          .count = settings.whole("count"),
          .models = settings.text("models"),
          .common = common_options(settings)};
}

}  // namespace pastiche
