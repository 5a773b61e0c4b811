#include "generate/generate_options.hpp"

#include <limits>

#include "mark.hpp"

namespace pastiche {
namespace {

constexpr int highest_seed = std::numeric_limits<int>::max();
const GenerateOptions defaults;

Params rows() {
  return with_common({
      {.name = "model",
       .label = N_("Model"),
       .help = N_("What to sample from: the name of an installed generator, or a path."),
       .initial = defaults.model},
      {.name = "class",
       .label = N_("Class"),
       .help = N_("What it shall show: one of the classes the model was taught; empty draws one "
                  "with the seed."),
       .initial = defaults.class_name},
      {.name = "count",
       .label = N_("Count"),
       .help = N_("How many samples: those of the seed, of the next one, and so on."),
       .initial = defaults.count,
       .min = 1,
       .max = 4096},
      {.name = "frames",
       .label = N_("Frames"),
       .help = N_("So many pictures on the way from the seed to the seed \"to-seed\", both "
                  "included; 0 makes no way."),
       .initial = defaults.frames,
       .min = 0,
       .max = 4096},
      {.name = "to-seed",
       .label = N_("To seed"),
       .help = N_("Where the frames lead to."),
       .initial = defaults.to_seed,
       .min = 0,
       .max = highest_seed},
      {.name = "latent",
       .label = N_("Latent"),
       .help = N_("Seeds whose latents are added with weights, such as 3:1,8:-0.5,9:0.5; empty "
                  "takes the seed's own."),
       .initial = defaults.latent},
      {.name = "latent-file",
       .label = N_("Latent file"),
       .help = N_("A safetensors file with a tensor \"latent\", a row for each picture; empty "
                  "takes the seed's."),
       .initial = defaults.latent_file},
      {.name = "latent-row",
       .label = N_("Latent row"),
       .help = N_("Which row of that file, from 0; -1 takes all."),
       .initial = defaults.latent_row,
       .min = -1,
       .max = 1'000'000},
      {.name = "truncation",
       .label = N_("Truncation"),
       .help = N_("Below 1 samples are more usual and more alike, above 1 more extreme."),
       .initial = defaults.truncation,
       .min = 0,
       .max = 4},
      {.name = "vary",
       .label = N_("Vary"),
       .help = N_("Of a picture that is given: how far samples may lead away from it; 0 rebuilds "
                  "it, 1 is as far as its code is uncertain."),
       .initial = defaults.vary,
       .min = 0,
       .max = 100},
      {.name = "width",
       .label = N_("Width"),
       .help = N_("Of the picture, in pixels; 0 is as many as the model makes."),
       .initial = defaults.width,
       .min = 0,
       .max = 65536},
      {.name = "height",
       .label = N_("Height"),
       .help = N_("Of the picture, in pixels; 0 is as many as the model makes."),
       .initial = defaults.height,
       .min = 0,
       .max = 65536},
      {.name = "fit",
       .label = N_("Fit"),
       .help = N_("How a sample fills that: whole with clear borders (contain), cut (cover), "
                  "stretched, or side by side (tile)."),
       .initial = defaults.fit,
       .choices = {"contain", "cover", "stretch", "tile"}},
      {.name = "grid",
       .label = N_("Grid"),
       .help = N_("Put all samples on one sheet."),
       .initial = defaults.grid},
      {.name = "models",
       .label = N_("Models folder"),
       .help = N_("A further folder to look for models in, before all others."),
       .initial = defaults.models},
  });
}

}  // namespace

const Filter generate_filter = {
    .name = "generate",
    .label = N_("Generate"),
    .help = N_("Samples new pictures from a network that learnt what such pictures look like."),
    .inputs = {{.name = "content",
                .label = N_("Picture"),
                .help = N_("A picture to rebuild and vary, with a model that can (VAE)."),
                .min = 0,
                .max = 1}},
    .params = rows(),
};

GenerateOptions generate_options(const Settings& settings) {
  return {.model = settings.text("model"),
          .class_name = settings.text("class"),
          .count = settings.whole("count"),
          .frames = settings.whole("frames"),
          .to_seed = settings.whole("to-seed"),
          .latent = settings.text("latent"),
          .latent_file = settings.text("latent-file"),
          .latent_row = settings.whole("latent-row"),
          .truncation = settings.real("truncation"),
          .vary = settings.real("vary"),
          .width = settings.whole("width"),
          .height = settings.whole("height"),
          .fit = settings.text("fit"),
          .grid = settings.flag("grid"),
          .models = settings.text("models"),
          .common = common_options(settings)};
}

}  // namespace pastiche
