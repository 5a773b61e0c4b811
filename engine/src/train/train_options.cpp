#include "train/train_options.hpp"

#include "mark.hpp"

namespace pastiche {

Params with_loop(Params params, const LoopOptions& defaults, int least_crop) {
  const Params loop = {
      {.name = "data",
       .label = N_("Data"),
       .help = N_("Pictures to learn from: a folder, searched with its subfolders, or a file that "
                  "'pastiche pack' made; empty takes pictures that are drawn for it"),
       .initial = defaults.data},
      {.name = "steps",
       .label = N_("Steps"),
       .help = N_("Updates of the weights"),
       .initial = defaults.steps,
       .min = 1,
       .max = 10'000'000},
      {.name = "batch",
       .label = N_("Batch"),
       .help = N_("Pictures per step"),
       .initial = defaults.batch,
       .min = 1,
       .max = 1024},
      {.name = "accumulate",
       .label = N_("Accumulate"),
       .help = N_("Batches whose gradients are summed for one step"),
       .initial = defaults.accumulate,
       .min = 1,
       .max = 1024},
      {.name = "crop",
       .label = N_("Crop"),
       .help = N_("Side of the squares cut from the pictures, in pixels; a multiple of 4"),
       .initial = defaults.crop,
       .min = double(least_crop),
       .max = 2048},
      {.name = "flip",
       .label = N_("Flip"),
       .help = N_("Mirror every other square"),
       .initial = defaults.augmentation.flip},
      {.name = "zoom",
       .label = N_("Zoom"),
       .help = N_("How near a square may go: 0 is always the picture's largest square, 1 down to "
                  "as many pixels as the crop has"),
       .initial = defaults.augmentation.zoom,
       .min = 0,
       .max = 1},
      {.name = "colour-jitter",
       .label = N_("Colour jitter"),
       .help = N_("Share by which brightness, contrast and saturation are changed at random"),
       .initial = defaults.augmentation.colour,
       .min = 0,
       .max = 1},
      {.name = "learning-rate",
       .label = N_("Learning rate"),
       .help = N_("Step size of Adam at its peak"),
       .initial = defaults.learning_rate,
       .min = 1e-7,
       .max = 1},
      {.name = "schedule",
       .label = N_("Schedule"),
       .help = N_("How the learning rate goes on from its peak; cosine and linear fall to a "
                  "hundredth of it"),
       .initial = defaults.schedule,
       .choices = {"cosine", "linear", "constant"}},
      {.name = "warm-up",
       .label = N_("Warm-up"),
       .help = N_("Steps in which the learning rate rises to its peak; a tenth of all at most"),
       .initial = defaults.warm_up,
       .min = 0,
       .max = 1'000'000},
      {.name = "ema",
       .label = N_("Moving average"),
       .help = N_("Decay of the moving average of the weights, which is what is written in the "
                  "end; 0 writes the last weights"),
       .initial = defaults.ema,
       .min = 0,
       .max = 0.99999},
      {.name = "checkpoint-every",
       .label = N_("Checkpoint every"),
       .help = N_("Steps between checkpoints"),
       .initial = defaults.checkpoint_every,
       .min = 1,
       .max = 1'000'000},
      {.name = "early-stop",
       .label = N_("Early stop"),
       .help = N_("End after so many checkpoints without a better loss on pictures held out, with "
                  "the best weights; 0 never does"),
       .initial = defaults.early_stop,
       .min = 0,
       .max = 1'000'000},
  };
  params.insert(params.end(), loop.begin(), loop.end());
  return with_common(std::move(params));
}

LoopOptions loop_options(const Settings& settings) {
  return {.data = settings.text("data"),
          .steps = settings.whole("steps"),
          .batch = settings.whole("batch"),
          .accumulate = settings.whole("accumulate"),
          .crop = settings.whole("crop"),
          .augmentation = {.flip = settings.flag("flip"),
                           .zoom = settings.real("zoom"),
                           .colour = settings.real("colour-jitter")},
          .learning_rate = settings.real("learning-rate"),
          .schedule = settings.text("schedule"),
          .warm_up = settings.whole("warm-up"),
          .ema = settings.real("ema"),
          .checkpoint_every = settings.whole("checkpoint-every"),
          .early_stop = settings.whole("early-stop"),
          .common = common_options(settings)};
}

Param models_row(const std::string& initial) {
  return {.name = "models",
          .label = N_("Models"),
          .help = N_("Folder to look for models in, before the usual ones"),
          .initial = initial};
}

namespace {

const EncoderTrainOptions encoder_defaults;

}  // namespace

const Trainer encoder_trainer = {
    .name = "encoder",
    .label = N_("Encoder"),
    .help = N_("Learns a small perceptual network from a larger one."),
    .inputs = {},
    .params = with_loop(
        {
            {.name = "teacher",
             .label = N_("Teacher"),
             .help = N_("Encoder to learn from: an installed model's name, or a file"),
             .initial = encoder_defaults.teacher},
            {.name = "from",
             .label = N_("Begin with"),
             .help = N_("Encoder whose weights to begin with: an installed model's name, or a "
                        "file; empty begins at random"),
             .initial = encoder_defaults.from},
            models_row(encoder_defaults.models),
        },
        encoder_defaults.loop),
};

EncoderTrainOptions encoder_train_options(const Settings& settings) {
  return {.teacher = settings.text("teacher"),
          .from = settings.text("from"),
          .models = settings.text("models"),
          .loop = loop_options(settings)};
}

}  // namespace pastiche
