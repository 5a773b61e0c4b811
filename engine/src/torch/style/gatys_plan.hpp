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
  GatysOptions options;  ///< with the optimiser that is taken
  PictureSize content;
  Compute compute;
  Model model;
  Encoder encoder;  ///< on the device, as exact as it is computed with
  Weighing weighing = {};
  std::vector<Scale> scales = {};
  GatysMemory memory = {};

  /// Peak memory of the whole call, bytes.
  double peak() const;

  /// A picture's tiles at a scale, with a margin to look at them or two to pull.
  std::vector<Tile> tiles_at(const Scale& scale, int64_t margins) const;

  /// As tile_room().
  int64_t room_at(const Scale& scale) const {
    return tile_room(memory, scale, content, options, compute);
  }
};

/// Throws NoModel, NoDevice, BadSetting for layers the encoder does not have, OutOfMemory when a
/// scale does not fit.
GatysPlan plan_gatys(const Sizes& sizes, const GatysOptions& options);

/// The same with this encoder of a model, in place of the one that the options name, and so many
/// bytes `held` besides.
GatysPlan plan_gatys(const Sizes& sizes, const GatysOptions& options, Model model, Encoder encoder,
                     double held = 0);

std::unique_ptr<PictureOptimiser> optimiser_for(const GatysOptions& options);

Need gatys_need(const Sizes& sizes, const GatysOptions& options);

}  // namespace pastiche
