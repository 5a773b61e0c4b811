#include "evaluate/generator_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

constexpr int highest_seed = 2147483647;

Params rows() {
  const GeneratorMeasuringOptions defaults;
  return {
      {.name = "real",
       .label = N_("Real pictures"),
       .help = N_("Pictures such as the model shall make, best ones that it did not learn from: a "
                  "folder, a pack, or an IDX file of MNIST."),
       .initial = defaults.real},
      {.name = "training",
       .label = N_("Training pictures"),
       .help = N_("The pictures it learnt from, to tell whether it repeats them; empty takes the "
                  "real ones."),
       .initial = defaults.training},
      {.name = "count",
       .label = N_("Count"),
       .help = N_("How many samples, and how many of the real pictures at most; 0 is 2,000, or as "
                  "many as there are real ones."),
       .initial = defaults.count,
       .min = 0,
       .max = 50'000},
      {.name = "seed",
       .label = N_("Seed"),
       .help = N_("The seed of the first sample, and which real pictures are drawn."),
       .initial = defaults.seed,
       .min = 0,
       .max = highest_seed},
      {.name = "class",
       .label = N_("Class"),
       .help = N_("What the samples shall show; empty asks for each of the model's classes in "
                  "turn."),
       .initial = defaults.class_name},
      {.name = "truncation",
       .label = N_("Truncation"),
       .help = N_("Below 1 samples are more usual and more alike, above 1 more extreme."),
       .initial = defaults.truncation,
       .min = 0,
       .max = 4},
      {.name = "classifier",
       .label = N_("Classifier"),
       .help = N_("The network to measure with, an imported lenet or squeezenet: its name, or a "
                  "path; empty takes \"lenet\" for grey pictures of at most 32 pixels, and "
                  "\"squeezenet\" for others."),
       .initial = defaults.classifier},
      {.name = "models",
       .label = N_("Models folder"),
       .help = N_("A further folder to look for models in, before all others."),
       .initial = defaults.models},
      {.name = "device",
       .label = N_("Device"),
       .help = N_("Where to compute; auto takes the graphics card when there is one."),
       .initial = defaults.device,
       .choices = {"auto", "cpu", "cuda"}},
  };
}

}  // namespace

const Params& generator_measuring_params() {
  static const Params table = rows();
  return table;
}

GeneratorMeasuringOptions generator_measuring_options(const Settings& settings) {
  return {.real = settings.text("real"),
          .training = settings.text("training"),
          .count = settings.whole("count"),
          .seed = settings.whole("seed"),
          .class_name = settings.text("class"),
          .truncation = settings.real("truncation"),
          .classifier = settings.text("classifier"),
          .models = settings.text("models"),
          .device = settings.text("device")};
}

}  // namespace pastiche
