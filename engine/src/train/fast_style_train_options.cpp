#include "train/fast_style_train_options.hpp"

#include <algorithm>

#include "mark.hpp"
#include "pastiche/error.hpp"

namespace pastiche {
namespace {

const FastStyleTrainOptions defaults;

Param weight_row(const char* name, const char* label, const char* help, double initial) {
  return {.name = name, .label = label, .help = help, .initial = initial, .min = 0, .max = 1e6};
}

/// The loop's rows; some may be 0 here, for what suits.
Params with_suited_loop(Params params) {
  params = with_loop(std::move(params), defaults.loop);
  const std::pair<std::string_view, const char*> suited[] = {
      {"steps", N_("Updates of the weights; 0 is 4000, or 300 of the norm parameters alone")},
      {"learning-rate",
       N_("Step size of Adam at its peak; 0 is 0.001, or 0.02 for the norm parameters alone")},
  };
  for (const auto& [name, help] : suited) {
    Param& row = *std::ranges::find(params, name, &Param::name);
    row.help = help;
    row.min = 0;
  }
  return params;
}

Params rows() {
  return with_suited_loop({
      {.name = "styles",
       .label = N_("Styles"),
       .help = N_("Pictures to learn: NAME=FILE,NAME=FILE..., or a folder"),
       .initial = defaults.styles},
      {.name = "name",
       .label = N_("Name"),
       .help = N_("What to call the styles given as pictures, comma-separated; empty is the "
                  "model file's name"),
       .initial = defaults.name},
      {.name = "from",
       .label = N_("Begin with"),
       .help = N_("Model of styles to begin with: an installed model's name, or a file; empty "
                  "begins at random"),
       .initial = defaults.from},
      {.name = "learn",
       .label = N_("Learn"),
       .help = N_("What to learn: only the norm parameters of the new styles, kept beside the "
                  "model they begin with (norm), or every layer of a model of its own (all); auto "
                  "is norm for a style picture and a model to begin with"),
       .initial = defaults.learn,
       .choices = {"auto", "norm", "all"}},
      {.name = "encoder",
       .label = N_("Encoder"),
       .help = N_("Perceptual network that judges: an installed model's name, or a file"),
       .initial = defaults.encoder},
      {.name = "statistics",
       .label = N_("Statistics"),
       .help = N_("Encoder whose view of the styles is kept in the model, so that fast-style can "
                  "refine what it paints: an installed model's name, or a file; empty keeps none"),
       .initial = defaults.statistics},
      models_row(defaults.models),
      {.name = "strokes",
       .label = N_("Strokes"),
       .help = N_("Longest sides of the style pictures in pixels, such as 384,768: each sets one "
                  "size of strokes; empty is those of the model to begin with, else 512"),
       .initial = defaults.strokes},
      {.name = "width",
       .label = N_("Width"),
       .help = N_("Channels of the first convolution of a new network"),
       .initial = defaults.width,
       .min = 4,
       .max = 128},
      {.name = "residuals",
       .label = N_("Residual blocks"),
       .help = N_("Residual blocks at a quarter of the size, of a new network"),
       .initial = defaults.residuals,
       .min = 1,
       .max = 32},
      weight_row("content-weight", N_("Content weight"), N_("Weight of the content loss"),
                 defaults.content_weight),
      weight_row("style-weight", N_("Style weight"), N_("Weight of the style loss"),
                 defaults.style_weight),
      weight_row("tv-weight", N_("Smoothness"), N_("Weight of the total variation loss"),
                 defaults.tv_weight),
      weight_row("lattice-weight", N_("Lattice weight"),
                 N_("Weight of the loss of patterns that repeat every four pixels, which the network's "
                    "upsampling is prone to"),
                 defaults.lattice_weight),
      weight_row("adversarial-weight", N_("Adversarial weight"),
                 N_("Weight of the loss by a network that learns to tell painted patches from the "
                    "style's own; 0 does without it"),
                 defaults.adversarial_weight),
      {.name = "adversarial-rate",
       .label = N_("Adversarial rate"),
       .help = N_("Learning rate of that network"),
       .initial = defaults.adversarial_rate,
       .min = 1e-7,
       .max = 1},
  });
}

}  // namespace

const Trainer fast_style_trainer = {
    .name = "fast-style",
    .label = N_("Fast Style Transfer"),
    .help = N_("Learns one network that paints in several styles in one pass, or a new style for "
               "one that is there."),
    .inputs = {{.name = "style",
                .label = N_("Style"),
                .help = N_("A picture whose style to learn."),
                .min = 0,
                .max = 16,
                .positional = false}},
    .params = rows(),
};

FastStyleTrainOptions suited(FastStyleTrainOptions options, std::size_t given) {
  if (options.learn == "auto") options.learn = !options.from.empty() && given > 0 ? "norm" : "all";
  const bool norm = options.learn == "norm";
  if (norm && options.from.empty())
    throw Error(Error::Kind::BadSetting,
                "The norm parameters alone are learnt for a network that is there; from must name "
                "it.");
  LoopOptions& loop = options.loop;
  if (loop.steps == 0) loop.steps = norm ? 300 : 4000;
  if (loop.learning_rate == 0) loop.learning_rate = norm ? 0.02 : 0.001;
  if (loop.crop % 4 != 0)
    throw Error(Error::Kind::BadSetting,
                "The crop " + std::to_string(loop.crop) + " is not a multiple of 4.");
  return options;
}

FastStyleTrainOptions fast_style_train_options(const Settings& settings) {
  return {.styles = settings.text("styles"),
          .name = settings.text("name"),
          .from = settings.text("from"),
          .learn = settings.text("learn"),
          .encoder = settings.text("encoder"),
          .statistics = settings.text("statistics"),
          .models = settings.text("models"),
          .strokes = settings.text("strokes"),
          .width = settings.whole("width"),
          .residuals = settings.whole("residuals"),
          .content_weight = settings.real("content-weight"),
          .style_weight = settings.real("style-weight"),
          .tv_weight = settings.real("tv-weight"),
          .lattice_weight = settings.real("lattice-weight"),
          .adversarial_weight = settings.real("adversarial-weight"),
          .adversarial_rate = settings.real("adversarial-rate"),
          .loop = loop_options(settings)};
}

}  // namespace pastiche
