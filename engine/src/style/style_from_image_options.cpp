#include "style/style_from_image_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const StyleFromImageOptions defaults;

Params rows() {
  return with_common({
      {.name = "model",
       .label = N_("Model"),
       .help = N_("The network that paints: the name of an installed model, or a path."),
       .initial = defaults.model},
      {.name = "style-weights",
       .label = N_("Style shares"),
       .help = N_("One weight for each style picture, such as 2,1; empty for equal shares."),
       .initial = defaults.style_weights},
      {.name = "strength",
       .label = N_("Strength"),
       .help = N_(
           "How much of the style to take: 0 leaves the picture as it is, 1 restyles it wholly."),
       .initial = defaults.strength,
       .min = 0,
       .max = 1},
      {.name = "detail",
       .label = N_("Detail"),
       .help = N_("How much of the picture's own detail comes through: 0 paints it anew from its "
                  "large forms alone, 1 keeps every line."),
       .initial = defaults.detail,
       .min = 0,
       .max = 1},
      {.name = "statistics",
       .label = N_("Statistics"),
       .help = N_("What of the style is taken over: mean and variance of each feature (adain), or "
                  "also how features vary together, by the map that changes the picture least "
                  "(transport) or by way of white noise (whitening), which is wilder."),
       .initial = defaults.statistics,
       .choices = {"transport", "adain", "whitening"}},
      {.name = "refine",
       .label = N_("Refining steps"),
       .help = N_("Steps of optimisation that bring the style's strokes into what was painted in one "
                  "pass; 0 leaves it as it is, which is faster."),
       .initial = defaults.refine,
       .min = 0,
       .max = 1000},
      {.name = "size",
       .label = N_("Working size"),
       .help = N_("Longest side to work at, in pixels: a smaller one makes larger strokes; "
                  "0 is the picture's own."),
       .initial = defaults.size,
       .min = 0,
       .max = 65536},
      {.name = "style-scale",
       .label = N_("Style scale"),
       .help = N_("Size of the style pictures relative to the working size; larger gives larger "
                  "strokes."),
       .initial = defaults.style_scale,
       .min = 0.05,
       .max = 20},
      {.name = "colour",
       .label = N_("Colours"),
       .help = N_("The style's, the picture's own under the style's luminance, or the style's "
                  "matched to the picture's beforehand."),
       .initial = defaults.colour,
       .choices = {"style", "luminance", "match"}},
      {.name = "models",
       .label = N_("Models folder"),
       .help = N_("A further folder to look for models in, before all others."),
       .initial = defaults.models},
  });
}

}  // namespace

const Filter style_from_image_filter = {
    .name = "style-from-image",
    .label = N_("Style from Picture"),
    .help = N_("Repaints the picture in the style of any others, in seconds."),
    .inputs =
        {
            {.name = "content", .label = N_("Picture"), .help = N_("The picture to repaint.")},
            {.name = "style",
             .label = N_("Style"),
             .help = N_("The picture or pictures whose style to take."),
             .max = 16},
            {.name = "mask",
             .label = N_("Mask"),
             .help = N_("One for each style, as large as the picture or resampled: white where "
                        "that style is to be, black where it is not."),
             .min = 0,
             .max = 16,
             .positional = false},
        },
    .params = rows(),
};

StyleFromImageOptions style_from_image_options(const Settings& settings) {
  return {.model = settings.text("model"),
          .style_weights = settings.text("style-weights"),
          .strength = settings.real("strength"),
          .detail = settings.real("detail"),
          .statistics = settings.text("statistics"),
          .refine = settings.whole("refine"),
          .size = settings.whole("size"),
          .style_scale = settings.real("style-scale"),
          .colour = settings.text("colour"),
          .models = settings.text("models"),
          .common = common_options(settings)};
}

}  // namespace pastiche
