#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "device.hpp"
#include "nets/encoder.hpp"
#include "pastiche/filter.hpp"
#include "style/gatys_options.hpp"
#include "style/scales.hpp"

namespace pastiche {

/// What a call needs at its peak, in bytes; measured to within a fifth.
struct GatysMemory {
  double fixed = 0;           ///< whatever the working size: pictures in and out, libraries
  double per_pixel = 0;       ///< of the working size: the optimiser's pictures, the targets
  double per_column = 0;      ///< of the working size: rows that are under way
  double per_tile_pixel = 0;  ///< of what is computed at once: the encoder's features
  int64_t smallest_tile = 0;  ///< px; smaller ones are mostly margin

  /// With the working size in tiles, the smallest if need be.
  double least(const Scale& scale) const;
};

GatysMemory memory_of(Encoder encoder, const std::set<std::string>& layers,
                      const Pictures& pictures, const GatysOptions& options,
                      const Compute& compute);

/// Pixels of the largest tile that fits beside a whole picture of that scale, its
/// own for one that fits in one. Throws OutOfMemory, saying which size would fit,
/// when none does.
int64_t tile_room(const GatysMemory& memory, const Scale& scale, const Image& content,
                  const GatysOptions& options, const Compute& compute);

}  // namespace pastiche
