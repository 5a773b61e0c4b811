#include "style/fast_style_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const FastStyleOptions defaults;

Params rows() {
  return with_common({
      {.name = "model",
       .label = N_("Model"),
       .help = N_("The file of styles: the name of an installed model, or a path."),
       .initial = defaults.model},
      {.name = "style",
       .label = N_("Style"),
       .help = N_("One of the model's styles, or several with weights, such as "
                  "starry-night:2,great-wave:1; empty takes the first. Styles learnt for the "
                  "model are among them."),
       .initial = defaults.style},
      {.name = "stroke-size",
       .label = N_("Stroke size"),
       .help = N_("From 0, the finest strokes the style was learnt with, to 1, the coarsest; a "
                  "style learnt with one size has no other."),
       .initial = defaults.stroke_size,
       .min = 0,
       .max = 1},
      {.name = "strength",
       .label = N_("Strength"),
       .help = N_(
           "How much of the style to take: 0 leaves the picture as it is, 1 restyles it wholly."),
       .initial = defaults.strength,
       .min = 0,
       .max = 1},
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
      {.name = "pass",
       .label = N_("Pass"),
       .help = N_("Exact, by the statistics of the whole picture, or approximate, by those of "
                  "samples of it: of a large picture that needs less memory, and no temporary "
                  "file."),
       .initial = defaults.pass,
       .choices = {"exact", "approximate"}},
      {.name = "colour",
       .label = N_("Colour"),
       .help = N_("Whose colours the result has: the style's, the picture's own under the style's "
                  "light and dark (luminance), or the style's matched to the picture's (match)."),
       .initial = defaults.colour,
       .choices = {"style", "luminance", "match"}},
      {.name = "models",
       .label = N_("Models folder"),
       .help = N_("A further folder to look for models in, before all others."),
       .initial = defaults.models},
  });
}

}  // namespace

const Filter fast_style_filter = {
    .name = "fast-style",
    .label = N_("Fast Style Transfer"),
    .help = N_("Repaints the picture in one pass, in a style a network was trained for."),
    .inputs = {{.name = "content", .label = N_("Picture"), .help = N_("The picture to repaint.")}},
    .params = rows(),
};

FastStyleOptions fast_style_options(const Settings& settings) {
  return {.model = settings.text("model"),
          .style = settings.text("style"),
          .stroke_size = settings.real("stroke-size"),
          .strength = settings.real("strength"),
          .pass = settings.text("pass"),
          .refine = settings.whole("refine"),
          .size = settings.whole("size"),
          .colour = settings.text("colour"),
          .models = settings.text("models"),
          .common = common_options(settings)};
}

}  // namespace pastiche
