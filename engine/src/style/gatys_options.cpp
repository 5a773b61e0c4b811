#include "style/gatys_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const GatysOptions defaults;

}  // namespace

const Filter gatys_filter = {
    .name = "gatys",
    .label = N_("Gatys Style Transfer"),
    .help = N_("Repaints the picture in the style of others, by optimisation."),
    .inputs = {{.name = "content", .label = N_("Picture"), .help = N_("The picture to repaint.")},
               {.name = "style",
                .label = N_("Style"),
                .help = N_("The pictures whose style to take."),
                .max = 16}},
    .params = with_common({
        {.name = "encoder",
         .label = N_("Encoder"),
         .help = N_("The perceptual network: the name of an installed model, or a path."),
         .initial = defaults.encoder},
    }),
};

GatysOptions gatys_options(const Settings& settings) {
  return {.encoder = settings.text("encoder"), .common = common_options(settings)};
}

}  // namespace pastiche
