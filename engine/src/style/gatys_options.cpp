#include "style/gatys_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const GatysOptions defaults;

Params picture_rows() {
  return {
      {.name = "encoder",
       .label = N_("Encoder"),
       .help = N_("Name or file of the network whose features are compared."),
       .initial = defaults.encoder},
      {.name = "models",
       .label = N_("Models folder"),
       .help = N_("A further folder in which to look for the encoder."),
       .initial = defaults.models},
      {.name = "size",
       .label = N_("Working size"),
       .help = N_("Longest side worked at, in pixels; 0 for the picture's own. The result always "
                  "has the picture's size."),
       .initial = defaults.size,
       .min = 0,
       .max = 65536},
      {.name = "size-by",
       .label = N_("Size is"),
       .help = N_("Whether the working size is the longest side, or the side of a square of the "
                  "same area."),
       .initial = defaults.size_by,
       .choices = {"side", "area"}},
      {.name = "min-size",
       .label = N_("First size"),
       .help = N_("Longest side of the first, coarsest scale, in pixels; smaller gives larger "
                  "strokes."),
       .initial = defaults.min_size,
       .min = 16,
       .max = 65536},
      {.name = "scale-factor",
       .label = N_("Scale factor"),
       .help = N_("How many times larger each scale is than the one before."),
       .initial = defaults.scale_factor,
       .min = 1.1,
       .max = 8},
      {.name = "steps",
       .label = N_("Steps"),
       .help = N_("Optimisation steps at each scale."),
       .initial = defaults.steps,
       .min = 1,
       .max = 100000},
      {.name = "first-steps",
       .label = N_("First steps"),
       .help = N_("Steps at the first scale, where there are several; 0 for twice the others'."),
       .initial = defaults.first_steps,
       .min = 0,
       .max = 100000},
  };
}

Params loss_rows() {
  return {
      {.name = "content-weight",
       .label = N_("Content weight"),
       .help = N_("How much the picture must stay what it shows."),
       .initial = defaults.content_weight,
       .min = 0,
       .max = 1e6},
      {.name = "style-weight",
       .label = N_("Style weight"),
       .help = N_("How much the picture must become like the style."),
       .initial = defaults.style_weight,
       .min = 0,
       .max = 1e6},
      {.name = "tv-weight",
       .label = N_("Smoothness"),
       .help = N_("Weight of the total variation, which holds noise down."),
       .initial = defaults.tv_weight,
       .min = 0,
       .max = 1e6},
      {.name = "tv",
       .label = N_("Smoothness by"),
       .help = N_("Total variation of squared (l2) or absolute (l1) differences."),
       .initial = defaults.tv,
       .choices = {"l2", "l1"}},
      {.name = "style-weights",
       .label = N_("Style shares"),
       .help = N_("One weight for each style picture, such as 2,1; empty for equal shares."),
       .initial = defaults.style_weights},
      {.name = "content-layers",
       .label = N_("Content layers"),
       .help = N_("Layers compared for content, such as relu4_1 or relu3_1:2,relu4_1:1."),
       .initial = defaults.content_layers},
      {.name = "style-layers",
       .label = N_("Style layers"),
       .help = N_("Layers compared for style, each with a weight if not 1, such as "
                  "relu1_1:256,relu2_1:64."),
       .initial = defaults.style_layers},
      {.name = "loss",
       .label = N_("Style loss"),
       .help = N_("Gram matrices, or the Wasserstein distance between means and covariances."),
       .initial = defaults.loss,
       .choices = {"gram", "wasserstein"}},
  };
}

Params optimiser_rows() {
  return {
      {.name = "optimiser",
       .label = N_("Optimiser"),
       .help = N_("L-BFGS with a model of how pictures' frequencies and colours weigh "
                  "(preconditioned), which takes the fewest steps, or without one, or Adam with an "
                  "averaged picture, which takes the least memory; auto is preconditioned where its "
                  "memory is there."),
       .initial = defaults.optimiser,
       .choices = {"auto", "preconditioned", "lbfgs", "adam"}},
      {.name = "learning-rate",
       .label = N_("Learning rate"),
       .help = N_("Length of a step; 0 for 0.02 with adam and 1 otherwise."),
       .initial = defaults.learning_rate,
       .min = 0,
       .max = 10},
      {.name = "averaging",
       .label = N_("Averaging"),
       .help = N_("How long adam's averaged picture remembers; 0 for the last picture alone."),
       .initial = defaults.averaging,
       .min = 0,
       .max = 0.9999},
      {.name = "history",
       .label = N_("History"),
       .help = N_("Corrections that L-BFGS keeps; each takes two working pictures of memory."),
       .initial = defaults.history,
       .min = 1,
       .max = 200},
      {.name = "normalise-gradients",
       .label = N_("Normalise gradients"),
       .help = N_("Give the gradient of each layer the length of its weight."),
       .initial = defaults.normalise_gradients},
      {.name = "init",
       .label = N_("Start from"),
       .help = N_("What the optimisation starts from, unless a start picture is given."),
       .initial = defaults.init,
       .choices = {"content", "noise", "grey", "uniform", "style", "picture"}},
  };
}

Params look_rows() {
  return {
      {.name = "pooling",
       .label = N_("Pooling"),
       .help = N_("How the encoder shrinks its features: as it was trained, or otherwise."),
       .initial = defaults.pooling,
       .choices = {"encoder", "max", "average", "l2"}},
      {.name = "style-scale",
       .label = N_("Style scale"),
       .help = N_("Size of the style pictures relative to the working size; larger gives larger "
                  "strokes."),
       .initial = defaults.style_scale,
       .min = 0.05,
       .max = 20},
      {.name = "style-size",
       .label = N_("Style size"),
       .help = N_("Longest side of the style pictures at every scale, in pixels; 0 to follow the "
                  "scale."),
       .initial = defaults.style_size,
       .min = 0,
       .max = 65536},
      {.name = "colour",
       .label = N_("Colours"),
       .help = N_("The style's, the picture's own under the style's luminance, or the style's "
                  "matched to the picture's beforehand."),
       .initial = defaults.colour,
       .choices = {"style", "luminance", "match"}},
      {.name = "tileable",
       .label = N_("Tileable"),
       .help = N_("Make a picture that repeats without seams."),
       .initial = defaults.tileable},
  };
}

Params rows() {
  Params all;
  for (const Params& part : {picture_rows(), loss_rows(), optimiser_rows(), look_rows()})
    all.insert(all.end(), part.begin(), part.end());
  return with_common(std::move(all));
}

}  // namespace

const Filter gatys_filter = {
    .name = "gatys",
    .label = N_("Gatys Style Transfer"),
    .help = N_("Repaints the picture in the style of others by optimisation: slow, any style, the "
               "best quality."),
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
            {.name = "init-picture",
             .label = N_("Start picture"),
             .help = N_("What the optimisation starts from, instead of the picture."),
             .min = 0,
             .positional = false},
        },
    .params = rows(),
};

GatysOptions gatys_options(const Settings& settings) {
  return {.encoder = settings.text("encoder"),
          .models = settings.text("models"),
          .size = settings.whole("size"),
          .size_by = settings.text("size-by"),
          .min_size = settings.whole("min-size"),
          .scale_factor = settings.real("scale-factor"),
          .steps = settings.whole("steps"),
          .first_steps = settings.whole("first-steps"),
          .content_weight = settings.real("content-weight"),
          .style_weight = settings.real("style-weight"),
          .tv_weight = settings.real("tv-weight"),
          .tv = settings.text("tv"),
          .style_weights = settings.text("style-weights"),
          .content_layers = settings.text("content-layers"),
          .style_layers = settings.text("style-layers"),
          .loss = settings.text("loss"),
          .optimiser = settings.text("optimiser"),
          .learning_rate = settings.real("learning-rate"),
          .averaging = settings.real("averaging"),
          .history = settings.whole("history"),
          .init = settings.text("init"),
          .pooling = settings.text("pooling"),
          .style_scale = settings.real("style-scale"),
          .style_size = settings.whole("style-size"),
          .colour = settings.text("colour"),
          .normalise_gradients = settings.flag("normalise-gradients"),
          .tileable = settings.flag("tileable"),
          .common = common_options(settings)};
}

}  // namespace pastiche
