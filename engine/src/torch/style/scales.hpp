#pragma once

#include <cstdint>
#include <vector>

#include "style/gatys_options.hpp"

namespace pastiche {

/// One scale of the optimisation: a size in pixels and how long to stay there.
struct Scale {
  int64_t height = 1, width = 1;
  int steps = 1;
};

/// Height and width of a picture whose longest side is `side`, each at least
/// one and a multiple of `multiple`.
Scale fitted(int64_t height, int64_t width, double side, int64_t multiple = 1);

/// The longest side worked at in the end: options.size by side or area, or the
/// picture's own.
double working_side(int64_t height, int64_t width, const GatysOptions& options);

/// The scales from coarse to fine for a picture of that size: from min_size or
/// the next above it in steps of scale_factor to the working size; tileable
/// ones have sides that the encoder's pooling divides evenly.
std::vector<Scale> plan_scales(int64_t height, int64_t width, const GatysOptions& options);

}  // namespace pastiche
