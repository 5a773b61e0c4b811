#include "style/tiled_encoder.hpp"

#include <algorithm>
#include <utility>

namespace pastiche {
namespace {

int block_of(const std::string& layer) { return std::stoi(layer.substr(4)); }  // "relu4_1"

/// What of a tile's piece is the tile's own; features undefined for nothing.
Part core_of(const Tile& tile, const EncoderPass::Piece& piece) {
  const int64_t stride = stride_of(piece.layer);
  // Of one side, in places of the layer: from where on and how many of the piece's count.
  const auto core = [&](const Span& span, int64_t first, int64_t count) {
    const int64_t begin = std::max(first, (span.core - span.start) / stride);
    const bool to_the_end = span.core_end == span.start + span.length;
    const int64_t end =
        to_the_end ? first + count : std::min(first + count, (span.core_end - span.start) / stride);
    return std::pair{begin, std::max<int64_t>(0, end - begin)};
  };
  const torch::Tensor& features = piece.features;
  const auto [row, rows] = core(tile.rows, piece.first_row, features.size(2));
  const auto [column, columns] = core(tile.columns, 0, features.size(3));
  if (rows == 0) return {piece.layer, {}, 0, 0};
  return {piece.layer, features.narrow(2, row - piece.first_row, rows).narrow(3, column, columns),
          tile.rows.start / stride + row, tile.columns.start / stride + column};
}

/// How far the deepest of some layers sees.
struct Reach {
  int64_t pixels = 0;  // to each side
  int64_t step = 1;    // between its places

  Reach(const EncoderImpl& encoder, const std::set<std::string>& layers) {
    std::size_t left = layers.size();
    for (const std::string& layer : encoder.layers()) {
      if (left == 0) break;
      step = stride_of(layer);
      pixels += step;  // a 3x3 convolution
      left -= layers.count(layer);
    }
  }

  int64_t margin() const { return (pixels + step - 1) / step * step; }
};

}  // namespace

int64_t stride_of(const std::string& layer) { return int64_t(1) << (block_of(layer) - 1); }

int64_t side_of(const std::string& layer, int64_t side) {
  for (int block = 1; block < block_of(layer) && side > 1; ++block) side /= 2;
  return side;
}

int64_t smallest_room(const EncoderImpl& encoder, const std::set<std::string>& layers) {
  const int64_t side = 8 * Reach(encoder, layers).margin();
  return side * side;
}

TiledEncoder::TiledEncoder(Encoder encoder, std::set<std::string> layers, Padding padding,
                           torch::ScalarType dtype, int64_t room)
    : padding_(padding), room_(room), smallest_room_(smallest_room(*encoder, layers)) {
  Reach reach(*encoder, layers);
  pass_ = make_pass(std::move(encoder), layers, padding, dtype);
  // Its convolutions take rows by twos and columns by fours, from multiples of these on: so the
  // features in a tile are those in the whole picture to the last bit (WinogradConv).
  if (pass_->is_exact_by_rows()) reach.step *= 2, across_ = 2;
  margin_ = reach.margin();
  step_ = reach.step;
}

std::vector<Tile> TiledEncoder::tiles(int64_t height, int64_t width, int64_t margins) const {
  return tiles_of(height, width,
                  {.margin = margins * margin_,
                   .step = step_,
                   .across = across_,
                   .room = room_,
                   .by_rows = pass_->is_exact_by_rows(),
                   .wrapped = padding_ == Padding::Circular});
}

bool TiledEncoder::shares_tiles(int64_t height, int64_t width) const {
  return tiles(height, width, 2).size() <= tiles(height, width, 1).size();
}

std::vector<Tile> TiledEncoder::tiles_seen(const torch::Tensor& picture, bool keep) const {
  const int64_t height = picture.size(2), width = picture.size(3);
  return tiles(height, width, keep && shares_tiles(height, width) ? 2 : 1);
}

int64_t TiledEncoder::tiles_to_look(const torch::Tensor& picture, bool keep) const {
  return int64_t(tiles_seen(picture, keep).size());
}

int64_t TiledEncoder::tiles_to_pull(const torch::Tensor& picture) const {
  return int64_t(tiles(picture.size(2), picture.size(3), 2).size());
}

bool TiledEncoder::in_one(const torch::Tensor& picture) const {
  return picture.size(2) * picture.size(3) <= room_;
}

bool TiledEncoder::halve(const torch::Tensor& picture) {
  room_ = std::min(room_, picture.size(2) * picture.size(3)) / 2;
  return room_ >= smallest_room_;
}

void TiledEncoder::look(const torch::Tensor& picture, const See& see,
                        const std::function<void()>& told, bool keep) {
  const std::vector<Tile> all = tiles_seen(picture, keep);
  const bool shared = keep && shares_tiles(picture.size(2), picture.size(3));
  for (const Tile& tile : all) {
    pass_->forward(
        part_of(picture, tile),
        [&](const EncoderPass::Piece& piece) {
          const Part part = core_of(tile, piece);
          if (part.features.defined()) see(part);
        },
        shared && &tile == &all.back());
    told();
  }
}

void TiledEncoder::pull(const torch::Tensor& picture, const Pull& pull,
                        const torch::Tensor& gradient, const std::function<void()>& told) {
  const std::vector<Tile> all = tiles(picture.size(2), picture.size(3), 2);
  bool there = shares_tiles(picture.size(2), picture.size(3));  // the last tile's features
  for (auto tile = all.rbegin(); tile != all.rend(); ++tile) {
    const auto& [rows, columns] = *tile;
    if (!std::exchange(there, false))
      pass_->forward(
          part_of(picture, *tile), [](const EncoderPass::Piece&) {}, true);
    const torch::Tensor slope = pass_->backward([&](const EncoderPass::Piece& piece) {
      const int64_t stride = stride_of(piece.layer);
      return pull({piece.layer, piece.features, rows.start / stride + piece.first_row,
                   columns.start / stride});
    });
    const auto core = [](const torch::Tensor& x, int64_t dim, const Span& span, int64_t from) {
      return x.narrow(dim, span.core - from, span.core_end - span.core);
    };
    core(core(gradient, 2, rows, 0), 3, columns, 0)
        .copy_(core(core(slope, 2, rows, rows.start), 3, columns, columns.start));
    told();
  }
}

}  // namespace pastiche
