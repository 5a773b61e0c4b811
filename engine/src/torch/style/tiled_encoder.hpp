#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "nets/encoder_pass.hpp"
#include "style/tiles.hpp"

namespace pastiche {

/// How much is computed at once, and who is told.
struct Room {
  int64_t pixels = int64_t(1) << 40;  ///< of a tile, its margins included

  /// Told after each tile but the last, how far the evaluation has come; may throw.
  std::function<void(double done)> tell = {};
};

/// A part of a layer's features.
struct Part {
  const std::string& layer;
  torch::Tensor features;       ///< {1, C, h, w}
  int64_t row = 0, column = 0;  ///< where it begins in the layer; may reach over the edges of a
                                ///< wrapped picture
};

/// An encoder that sees pictures of any size in tiles, as exactly as in one. The last tile, which
/// may be all, goes through it once for look() and pull() together.
class TiledEncoder {
 public:
  using See = std::function<void(const Part& part)>;
  using Pull = std::function<torch::Tensor(const Part& part)>;

  TiledEncoder(Encoder encoder, std::set<std::string> layers, Padding padding,
               torch::ScalarType dtype, int64_t room);

  /// Shows the layers' features of the whole picture, each place once. `told` is
  /// called after each tile; `keep` says that pull() follows.
  void look(const torch::Tensor& picture, const See& see, const std::function<void()>& told,
            bool keep = false);

  /// Writes the gradient, of the picture's shape, of a loss whose gradient at the
  /// features is `pull`. REQUIRES a look() at that picture that kept, once for each call.
  void pull(const torch::Tensor& picture, const Pull& pull, const torch::Tensor& gradient,
            const std::function<void()>& told);

  /// How many tiles look() and pull() go over.
  int64_t tiles_to_look(const torch::Tensor& picture, bool keep = false) const;
  int64_t tiles_to_pull(const torch::Tensor& picture) const;

  /// Whether the picture is one tile, and gone through once.
  bool in_one(const torch::Tensor& picture) const;

  /// Half as large tiles from now on. False when they would be more margin than core.
  bool halve(const torch::Tensor& picture);

  /// Those of a picture of that size, with a margin to look() or two to pull().
  std::vector<Tile> tiles(int64_t height, int64_t width, int64_t margins) const;

  /// Whether a look() that keeps goes over the tiles of pull(), which are no more than its own:
  /// the last one's features are then kept from the one for the other.
  bool shares_tiles(int64_t height, int64_t width) const;

 private:
  std::vector<Tile> tiles_seen(const torch::Tensor& picture, bool keep) const;

  std::unique_ptr<EncoderPass> pass_;
  Padding padding_;
  int64_t room_, smallest_room_;
  int64_t margin_;      // px that the deepest layer's places depend on around them
  int64_t step_;        // px on whose multiples tiles start
  int64_t across_ = 1;  // see Tiling
};

/// Pixels of the smallest tile that is not mostly margin.
int64_t smallest_room(const EncoderImpl& encoder, const std::set<std::string>& layers);

/// Pixels between a layer's places: 1, 2, 4 .. for relu1_1, relu2_1, relu3_1 ..
int64_t stride_of(const std::string& layer);

/// Height or width of a layer for a picture's.
int64_t side_of(const std::string& layer, int64_t side);

}  // namespace pastiche
