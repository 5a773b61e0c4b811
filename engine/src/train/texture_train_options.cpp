#include "train/texture_train_options.hpp"

#include <algorithm>
#include <set>

#include "mark.hpp"
#include "pastiche/error.hpp"

namespace pastiche {
namespace {

const TextureTrainOptions defaults;

/// The loop's rows that say something of textures: what is learnt from is always whole pictures,
/// neither mirrored nor zoomed nor tinted.
Params with_suited_loop(Params params) {
  params = with_loop(std::move(params), defaults.loop, 64);
  const std::set<std::string_view> others = {"data", "flip", "zoom", "colour-jitter"};
  std::erase_if(params, [&](const Param& row) { return others.contains(row.name); });
  const auto find = [&](std::string_view name) -> Param& {
    return *std::ranges::find(params, name, &Param::name);
  };
  find("steps").help = N_("Updates of the weights; 0 is 1500, or 300 to begin with a model");
  find("steps").min = 0;
  find("batch").help = N_("Pictures made per step");
  find("crop").help = N_("Side of the pictures made while learning, in pixels; a multiple of 16");
  return params;
}

Params rows() {
  return with_suited_loop({
      {.name = "textures",
       .label = N_("Textures"),
       .help = N_("Pictures to learn: NAME=FILE,NAME=FILE..., or a folder"),
       .initial = defaults.textures},
      {.name = "name",
       .label = N_("Name"),
       .help = N_("What to call the textures given as pictures, comma-separated; empty is the "
                  "model file's name"),
       .initial = defaults.name},
      {.name = "from",
       .label = N_("Begin with"),
       .help = N_("Model of textures to begin with: an installed model's name, or a file; empty "
                  "begins at random"),
       .initial = defaults.from},
      {.name = "learn",
       .label = N_("Learn"),
       .help = N_("What to learn: only the rows of the new textures, which join those of the model "
                  "they begin with (norm), or every layer of a model of the new ones alone (all, "
                  "and auto)"),
       .initial = defaults.learn,
       .choices = {"auto", "norm", "all"}},
      {.name = "encoder",
       .label = N_("Encoder"),
       .help = N_("Perceptual network that judges: an installed model's name, or a file"),
       .initial = defaults.encoder},
      models_row(defaults.models),
      {.name = "size",
       .label = N_("Size"),
       .help = N_("Longest side of the pictures in pixels, which sets how large the texture is; 0 "
                  "takes them as they are"),
       .initial = defaults.size,
       .min = 0,
       .max = 4096},
      {.name = "width",
       .label = N_("Width"),
       .help = N_("Channels at the full size, of a new network"),
       .initial = defaults.width,
       .min = 2,
       .max = 64},
      {.name = "adversarial-weight",
       .label = N_("Adversarial weight"),
       .help = N_("Weight of the loss by a network that learns to tell patches made from the "
                  "texture's own; 0 does without it"),
       .initial = defaults.adversarial_weight,
       .min = 0,
       .max = 1e6},
      {.name = "adversarial-rate",
       .label = N_("Adversarial rate"),
       .help = N_("Learning rate of that network"),
       .initial = defaults.adversarial_rate,
       .min = 1e-7,
       .max = 1},
  });
}

LoopOptions loop_of(const Settings& settings) {
  return {.steps = settings.whole("steps"),
          .batch = settings.whole("batch"),
          .accumulate = settings.whole("accumulate"),
          .crop = settings.whole("crop"),
          .learning_rate = settings.real("learning-rate"),
          .schedule = settings.text("schedule"),
          .warm_up = settings.whole("warm-up"),
          .ema = settings.real("ema"),
          .checkpoint_every = settings.whole("checkpoint-every"),
          .early_stop = settings.whole("early-stop"),
          .common = common_options(settings)};
}

}  // namespace

const Trainer texture_trainer = {
    .name = "texture",
    .label = N_("Texture"),
    .help = N_("Learns a network that makes textures of any size, or a new texture from one that "
               "is there."),
    .inputs = {{.name = "texture",
                .label = N_("Texture"),
                .help = N_("A picture whose texture to learn."),
                .min = 0,
                .max = 16,
                .positional = false}},
    .params = rows(),
};

TextureTrainOptions suited(TextureTrainOptions options) {
  if (options.learn == "auto") options.learn = "all";
  if (options.learn == "norm" && options.from.empty())
    throw Error(Error::Kind::BadSetting,
                "The rows of new textures are learnt for a network that is there; from must name "
                "it.");
  if (options.loop.steps == 0) options.loop.steps = options.from.empty() ? 1500 : 300;
  if (options.loop.crop % 16 != 0)
    throw Error(Error::Kind::BadSetting,
                "The crop " + std::to_string(options.loop.crop) + " is not a multiple of 16.");
  return options;
}

TextureTrainOptions texture_train_options(const Settings& settings) {
  return {.textures = settings.text("textures"),
          .name = settings.text("name"),
          .from = settings.text("from"),
          .learn = settings.text("learn"),
          .encoder = settings.text("encoder"),
          .models = settings.text("models"),
          .size = settings.whole("size"),
          .width = settings.whole("width"),
          .adversarial_weight = settings.real("adversarial-weight"),
          .adversarial_rate = settings.real("adversarial-rate"),
          .loop = loop_of(settings)};
}

}  // namespace pastiche
