#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "device.hpp"
#include "nets/encoder.hpp"
#include "pastiche/prediction.hpp"
#include "style/gatys_options.hpp"
#include "style/scales.hpp"

namespace pastiche {

/// What a call needs at its peak, in bytes.
struct GatysMemory {
  double fixed = 0;           ///< whatever the working size: pictures in and out, libraries
  double ends = 0;            ///< before and after the painting, nothing of which is there then
  double per_pixel = 0;       ///< of the working size: the optimiser's pictures, the targets
  double per_tile_pixel = 0;  ///< of what is computed at once: the encoder's features
  int64_t smallest_tile = 0;  ///< px; smaller ones are mostly margin

  /// Of a tile of that height and width, its rows that are under way.
  std::function<double(int64_t, int64_t)> under_way = [](int64_t, int64_t) { return 0; };

  /// While a picture of that size is painted in tiles of that one.
  double painting(const Scale& scale, int64_t tile_height, int64_t tile_width) const;

  /// In the smallest tiles.
  double least_painting(const Scale& scale) const;

  /// Of a whole call, whose painting takes so much.
  double peak(double painting) const { return std::max(fixed + ends, painting); }
};

GatysMemory memory_of(Encoder encoder, const std::set<std::string>& layers, const Sizes& sizes,
                      const GatysOptions& options, const Compute& compute);

/// Pixels of the largest tile that fits beside a whole picture of that scale, its
/// own for one that fits in one. Throws OutOfMemory, saying which size would fit,
/// when none does.
int64_t tile_room(const GatysMemory& memory, const Scale& scale, const PictureSize& content,
                  const GatysOptions& options, const Compute& compute);

}  // namespace pastiche
