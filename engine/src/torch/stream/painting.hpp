#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "stream/layer.hpp"

namespace pastiche::stream {

/// A transformer network (nets/transformer_net.hpp) with the norm of one style or blend: down1,
/// down2, down3, the residual blocks' halves, up1, up2, out.
using Network = std::vector<ConvWeights>;

/// What is painted from and onto, by rows of the picture's own size, in any order and by several
/// threads at once. Rows are read several times, but all before the first is written, and written
/// once: a picture may be painted over.
struct Canvas {
  int width = 0, height = 0;
  std::function<void(int row, float* rgb)> read;                  ///< {width, 3}, 0..1
  std::function<void(int row, const float* const rgb[3])> write;  ///< about 0..1, not clamped
};

struct Limits {
  std::size_t memory = 0;  ///< bytes in all
  std::size_t taken = 0;   ///< of which the pictures have these
  /// Bytes in all beyond which temporary files keep what lies between the layers, if one can be.
  std::size_t in_memory = std::numeric_limits<std::size_t>::max();
  int threads = 1;
  std::filesystem::path folder = {};  ///< for temporary files, when the memory is too small
};

/// What the norms of a network come to for a picture, of each layer but the last.
using Norms = std::vector<Norm>;

/// Paints by streaming bands of rows through one layer after the other, as an instance norm
/// needs the whole picture's statistics before the next layer can begin: equal to the network on
/// the whole picture, whatever the plan. The picture is continued by replication to multiples of
/// 4. Returns false when `going_on(done)`, called on this thread, did. Throws OutOfMemory when not
/// even the smallest bands fit the memory, or temporary files are needed and cannot be kept.
///
/// With `norms`, those of another picture, there are no statistics to wait for, and each place is
/// painted by its surroundings alone, of reach_of() pixels.
bool paint(const Network& network, const Kernels& kernels, const Canvas& canvas,
           const Limits& limits, const std::function<bool(double done)>& going_on,
           const Norms* norms = nullptr);

/// The norms for a picture, which is not painted: nothing when `going_on(done)` returned false.
std::optional<Norms> norms_of(const Network& network, const Kernels& kernels, const Canvas& canvas,
                              const Limits& limits,
                              const std::function<bool(double done)>& going_on);

/// As far as a painted pixel depends on those around it but for the norms, px, a multiple of 4: of
/// a network with so many residual blocks.
int reach_of(int blocks);

}  // namespace pastiche::stream
