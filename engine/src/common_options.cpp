#include "common_options.hpp"

#include <limits>

#include "mark.hpp"

namespace pastiche {
namespace {

Params rows() {
  const CommonOptions defaults;  // local: the filters' tables are made before main()
  return {
      {.name = "device",
       .label = N_("Device"),
       .help = N_("Where to compute; auto takes the graphics card when there is one."),
       .initial = defaults.device,
       .choices = {"auto", "cpu", "cuda"}},
      {.name = "precision",
       .label = N_("Precision"),
       .help = N_("How exactly to compute; auto is fp32, and bf16 where the device is fast in it."),
       .initial = defaults.precision,
       .choices = {"auto", "fp32", "bf16"}},
      {.name = "memory",
       .label = N_("Memory"),
       .help = N_("Memory the computation may use, in MiB; 0 uses what is free."),
       .initial = defaults.memory,
       .min = 0,
       .max = 1 << 24},
      {.name = "seed",
       .label = N_("Seed"),
       .help = N_("Start of the random numbers; the same seed gives the same result on a device."),
       .initial = defaults.seed,
       .min = 0,
       .max = std::numeric_limits<int>::max()},
  };
}

}  // namespace

Params with_common(Params params) {
  for (Param& row : rows()) params.push_back(std::move(row));
  return params;
}

CommonOptions common_options(const Settings& settings) {
  return {.device = settings.text("device"),
          .precision = settings.text("precision"),
          .memory = settings.whole("memory"),
          .seed = settings.whole("seed")};
}

}  // namespace pastiche
