#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "device.hpp"
#include "nets/encoder.hpp"
#include "style/gatys_options.hpp"

namespace pastiche {

/// Bytes that a pixel of the working size takes at the peak of a step: what
/// autograd keeps of the encoder up to the deepest of `layers`, its widest
/// gradients, and the optimiser's pictures. Measured to within a fifth.
double bytes_per_pixel(Encoder encoder, const std::set<std::string>& layers,
                       const GatysOptions& options, const Compute& compute);

/// Throws OutOfMemory, saying which size would fit, when a picture of height x
/// width needs more than `compute` allows at the size of the options.
void check_memory(int64_t height, int64_t width, const GatysOptions& options,
                  double bytes_per_pixel, const Compute& compute);

}  // namespace pastiche
