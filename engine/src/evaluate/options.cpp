#include "evaluate/options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const Input content = {
    .name = "content", .label = N_("Picture"), .help = N_("The picture to repaint.")};
const Input style = {
    .name = "style", .label = N_("Style"), .help = N_("The picture whose style to take.")};

const char* const models_help = N_("A further folder to look for models in, before all others.");

Params measuring_rows() {
  const MeasuringOptions defaults;
  return {
      {.name = "encoder",
       .label = N_("Encoder"),
       .help = N_("The network to measure with, a squeezenet or an encoder: the name of an "
                  "imported model, or a path. It should be one that no method was trained with."),
       .initial = defaults.encoder},
      {.name = "models",
       .label = N_("Models folder"),
       .help = models_help,
       .initial = defaults.models},
      {.name = "device",
       .label = N_("Device"),
       .help = N_("Where to compute; auto takes the graphics card when there is one."),
       .initial = defaults.device,
       .choices = {"auto", "cpu", "cuda"}},
  };
}

Params wct_rows() {
  const WctOptions defaults;
  return with_common({
      {.name = "encoders",
       .label = N_("Encoders"),
       .help = N_("Names of the encoders to go through, the deepest first."),
       .initial = defaults.encoders},
      {.name = "decoders",
       .label = N_("Decoders"),
       .help = N_("Names of the decoders that belong to them, in the same order."),
       .initial = defaults.decoders},
      {.name = "strength",
       .label = N_("Strength"),
       .help = N_("How much of the style's features to take at each depth."),
       .initial = defaults.strength,
       .min = 0,
       .max = 1},
      {.name = "ridge",
       .label = N_("Ridge"),
       .help = N_("Added to the variances of the picture's features before they are whitened, so "
                  "that what hardly varies is not blown up; 1 is common practice."),
       .initial = defaults.ridge,
       .min = 0,
       .max = 1000},
      {.name = "models",
       .label = N_("Models folder"),
       .help = models_help,
       .initial = defaults.models},
  });
}

}  // namespace

const Params& measuring_params() {
  static const Params rows = measuring_rows();
  return rows;
}

const std::vector<Filter>& reference_methods() {
  static const std::vector<Filter> table = {
      {.name = "content",
       .label = N_("The picture itself"),
       .help = N_("Gives the picture back as it is: no style at all, no content lost."),
       .inputs = {content},
       .params = {}},
      {.name = "colour-transfer",
       .label = N_("Colour transfer"),
       .help = N_("Gives the picture the mean and covariance of the style's colours, and no more."),
       .inputs = {content, style},
       .params = {}},
      {.name = "wct",
       .label = N_("Whitening and colouring"),
       .help = N_("Whitens and colours the features of one encoder after the other, each turned "
                  "back by its decoder (Li et al. 2017)."),
       .inputs = {content, style},
       .params = wct_rows()},
  };
  return table;
}

MeasuringOptions measuring_options(const Settings& settings) {
  return {.encoder = settings.text("encoder"),
          .models = settings.text("models"),
          .device = settings.text("device")};
}

WctOptions wct_options(const Settings& settings) {
  return {.encoders = settings.text("encoders"),
          .decoders = settings.text("decoders"),
          .strength = settings.real("strength"),
          .ridge = settings.real("ridge"),
          .models = settings.text("models"),
          .common = common_options(settings)};
}

}  // namespace pastiche
