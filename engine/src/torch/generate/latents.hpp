#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "generate/generate_options.hpp"
#include "pastiche/filter.hpp"
#include "nets/generator.hpp"

namespace pastiche {

/// What one sample is made of, and the settings that make it again alone.
struct Draft {
  torch::Tensor latent;  ///< {latent}
  int64_t shown = 0;     ///< place in the plan's classes
  Facts changes;
};

/// The seed `steps` further; after the last comes 0.
int seed_after(int seed, int steps);

/// One for each seed from options.seed on; for each frame, by spherical interpolation (Shoemake
/// 1985); or for each row of options.latent_file. Throws BadSetting for settings that exclude each
/// other or a class there is not, NoModel for a file that does not fit.
std::vector<Draft> draft(const GenerateOptions& options, Generator& net);

}  // namespace pastiche
