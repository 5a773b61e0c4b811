#pragma once

#include <memory>
#include <vector>

#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "predict/need.hpp"
#include "style/gatys_memory.hpp"
#include "style/objective.hpp"
#include "style/optimiser.hpp"

namespace pastiche {

/// What a call will do, found out from the sizes of its pictures.
struct GatysPlan {
  GatysOptions options;
  PictureSize content;
  Compute compute;
  Weighing weighing;
  Model model;
  Encoder encoder;
  std::vector<Scale> scales;
  GatysMemory memory;

  /// As tile_room().
  int64_t room_at(const Scale& scale) const {
    return tile_room(memory, scale, content, options, compute);
  }
};

/// Throws NoModel, NoDevice, BadSetting for layers the encoder does not have, OutOfMemory when a
/// scale does not fit.
GatysPlan plan_gatys(const Sizes& sizes, const GatysOptions& options);

std::unique_ptr<PictureOptimiser> optimiser_for(const GatysOptions& options);

Need gatys_need(const Sizes& sizes, const GatysOptions& options);

}  // namespace pastiche
