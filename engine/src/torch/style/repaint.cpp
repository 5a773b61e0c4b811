#include "style/repaint.hpp"

#include <algorithm>

#include "style/tiled_encoder.hpp"
#include "style/tiles.hpp"

namespace pastiche {
namespace {

/// What lies in a tile's core, of `x` that covers the tile or, from the origin on, everything;
/// `scale` times as large as the tile's own measure.
torch::Tensor core_of(const torch::Tensor& x, const Tile& tile, bool everything, int64_t scale = 1) {
  const auto along = [&](const torch::Tensor& y, int64_t dim, const Span& span) {
    const int64_t first = everything ? span.core : span.core - span.start;
    return y.narrow(dim, scale * first, scale * (span.core_end - span.core));
  };
  return along(along(x, 2, tile.rows), 3, tile.columns);
}

class Repainter {
 public:
  Repainter(ImageStylizer& stylizer, const torch::Tensor& picture,
            const std::vector<WeighedStyle>& styles, const Repainting& how)
      : stylizer_(stylizer),
        picture_(picture),
        styles_(styles),
        how_(how),
        dtype_(stylizer->parameters().front().scalar_type()),
        // Opposite edges cannot be neighbours of a tile and of the decoder's borders both.
        room_(stylizer->encoder->padding == Padding::Circular ? all_at_once : how.room),
        uses_own_(how.detail > 0 || how.strength < 1) {}

  torch::Tensor paint() {
    look();
    torch::Tensor x = std::move(own_.at(first_layer(stylizer_->blocks())));
    own_.erase(first_layer(stylizer_->blocks()));
    for (int block = stylizer_->blocks(); block > 1; --block) {
      give_style(x, block);
      own_.erase(first_layer(block));
      x = step(x, block);
    }
    return to_picture(x);
  }

 private:
  void look();
  Affine in_style(const Moments& from, int block) const;
  Affine map_of(const Moments& joint, int block) const;
  void give_style(torch::Tensor& x, int block);
  torch::Tensor step(const torch::Tensor& x, int block);
  torch::Tensor to_picture(const torch::Tensor& x);

  /// What has come and, where it is used, the picture's own.
  torch::Tensor joint(const torch::Tensor& x, const torch::Tensor& own) const {
    return own.defined() ? torch::cat({x, own}, 1) : x;
  }

  /// The picture's own features of the first block, in a tile. The outermost ones are wrong where the
  /// picture goes on beyond the tile.
  torch::Tensor first_features(const Tile& tile) {
    if (!uses_own_) return {};
    const std::string layer = first_layer(1);
    return stylizer_->encoder(part_of(picture_, tile).to(dtype_), std::set<std::string>{layer})
        .at(layer);
  }

  std::vector<Tile> tiles(const torch::Tensor& x, int64_t margin, int64_t room) const {
    return tiles_of(x.size(2), x.size(3), {.margin = margin, .room = room, .by_rows = true});
  }

  /// Room for a block's features: the deeper, the more channels; decoded they are four times as many.
  int64_t room_at(int block) const { return std::max<int64_t>(1, room_ >> block); }

  /// That so many of a stage's tiles are done.
  void tell(std::size_t done, std::size_t tiles) {
    how_.tell((stages_ + double(done) / double(tiles)) / (stylizer_->blocks() + 2));
    if (done == tiles) ++stages_;
  }

  ImageStylizer& stylizer_;
  const torch::Tensor& picture_;
  const std::vector<WeighedStyle>& styles_;
  const Repainting& how_;
  const torch::ScalarType dtype_;
  const int64_t room_;
  const bool uses_own_;
  Features own_;  // of the second block and deeper ones
  int stages_ = 0;  // done, of: the look, a step for each deeper block, the first block's two rounds
};

void Repainter::look() {
  std::set<std::string> layers = stylizer_->layers();
  layers.erase(first_layer(1));
  if (!uses_own_) layers = {first_layer(stylizer_->blocks())};
  TiledEncoder encoder(stylizer_->encoder, layers, stylizer_->encoder->padding, dtype_, room_);
  std::size_t done = 0;
  encoder.look(
      picture_,
      [&](const Part& part) {
        torch::Tensor& whole = own_[part.layer];
        if (!whole.defined())
          whole = torch::empty({1, part.features.size(1), side_of(part.layer, picture_.size(2)),
                                side_of(part.layer, picture_.size(3))},
                               picture_.options().dtype(dtype_));
        whole.narrow(2, part.row, part.features.size(2))
            .narrow(3, part.column, part.features.size(3))
            .copy_(part.features);
      },
      [&] { tell(++done, std::size_t(encoder.tiles_to_look(picture_))); });
}

/// What gives features of the moments `from` those of the styles.
Affine Repainter::in_style(const Moments& from, int block) const {
  const int64_t channels = from.mean.size(0);
  Affine sum = {torch::zeros({channels, channels}, torch::kFloat64),
                torch::zeros({channels}, torch::kFloat64)};
  for (const WeighedStyle& style : styles_) {
    const Affine one = restyle(from, style.moments.at(first_layer(block)), how_.transform);
    sum.matrix.add_(one.matrix, style.share);
    sum.shift.add_(one.shift, style.share);
  }
  return sum;
}

/// All that is done to a block's features, as one map of joint().
Affine Repainter::map_of(const Moments& joint, int block) const {
  const int64_t channels = styles_[0].moments.at(first_layer(block)).mean.size(0);
  const auto part = [&](int64_t from) {
    return Moments{
        joint.mean.narrow(0, from, channels),
        joint.covariance.narrow(0, from, channels).narrow(1, from, channels)};
  };
  const bool both = joint.mean.size(0) > channels;
  Affine painted = in_style(part(0), block);
  torch::Tensor own = torch::eye(channels, torch::kFloat64);
  if (both) {
    const torch::Tensor nothing = torch::zeros_like(own);
    own = torch::cat({nothing, own}, 1);
    const Affine copied = in_style(part(channels), block);
    painted = {torch::cat({(1 - how_.detail) * painted.matrix, how_.detail * copied.matrix}, 1),
               torch::lerp(painted.shift, copied.shift, how_.detail)};
    if (how_.detail > 0) painted = in_style(painted(joint), block).after(painted);
  }
  return {torch::lerp(own, painted.matrix, how_.strength), how_.strength * painted.shift};
}

void Repainter::give_style(torch::Tensor& x, int block) {
  const auto found = own_.find(first_layer(block));
  const int64_t height = x.size(2), width = x.size(3);
  const int64_t rows = std::clamp<int64_t>(room_at(block) / width, 1, height);
  const auto in_bands = [&](const std::function<void(int64_t, const torch::Tensor&)>& act) {
    for (int64_t row = 0; row < height; row += rows) {
      const auto band = [&](const torch::Tensor& y) {
        return y.narrow(2, row, std::min(rows, height - row));
      };
      act(row, joint(band(x), found == own_.end() ? torch::Tensor() : band(found->second)));
    }
  };
  LayerMoments sum(how_.counts, height, width);
  in_bands([&](int64_t row, const torch::Tensor& band) { sum.add(band, row, 0); });
  const Affine map = map_of(sum.total(), block);
  in_bands([&](int64_t row, const torch::Tensor& band) {
    x.narrow(2, row, band.size(2)).copy_(map(band));
  });
}

torch::Tensor Repainter::step(const torch::Tensor& x, int block) {
  torch::Tensor next;
  const std::vector<Tile> all = tiles(x, stylizer_->decoder->reach(block), room_at(block));
  for (const Tile& tile : all) {
    const torch::Tensor made = stylizer_->decoder->step(part_of(x, tile), block);
    if (!next.defined())
      next = torch::empty({1, made.size(1), 2 * x.size(2), 2 * x.size(3)}, made.options());
    core_of(next, tile, true, 2).copy_(core_of(made, tile, false, 2));
    tell(std::size_t(&tile - all.data()) + 1, all.size());
  }
  return next;
}

torch::Tensor Repainter::to_picture(const torch::Tensor& x) {
  LayerMoments sum(how_.counts, x.size(2), x.size(3));
  const std::vector<Tile> seen = tiles(x, 1, room_);
  for (const Tile& tile : seen) {
    const torch::Tensor own = first_features(tile);
    sum.add(joint(core_of(x, tile, true), own.defined() ? core_of(own, tile, false) : own),
            tile.rows.core, tile.columns.core);
    tell(std::size_t(&tile - seen.data()) + 1, seen.size());
  }
  const Affine map = map_of(sum.total(), 1);
  torch::Tensor painted = torch::empty_like(picture_);
  const std::vector<Tile> all = tiles(x, 1 + stylizer_->decoder->reach(1), room_);
  for (const Tile& tile : all) {
    const torch::Tensor own = first_features(tile);
    const auto decoded = [&](const torch::Tensor& features) {
      return core_of(stylizer_->decoder->step(features, 1).to(torch::kFloat32), tile, false);
    };
    torch::Tensor made = decoded(map(joint(part_of(x, tile), own)));
    if (how_.strength < 1)
      made += (1 - how_.strength) * (core_of(picture_, tile, true) - decoded(own));
    core_of(painted, tile, true).copy_(made);
    tell(std::size_t(&tile - all.data()) + 1, all.size());
  }
  return painted;
}

}  // namespace

torch::Tensor repainted(ImageStylizer& stylizer, const torch::Tensor& picture,
                        const std::vector<WeighedStyle>& styles, const Repainting& how) {
  torch::NoGradGuard no_grad;
  return Repainter(stylizer, picture, styles, how).paint();
}

}  // namespace pastiche
