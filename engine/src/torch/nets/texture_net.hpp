#pragma once

#include <torch/torch.h>

#include <functional>
#include <vector>

#include "nets/circular.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// What a texture net makes a picture of, all on the CPU.
struct TextureNoise {
  int64_t height = 0, width = 0;      ///< of the picture, px
  std::vector<torch::Tensor> levels;  ///< {N, C, h, w}, coarsest first, normally distributed
  torch::Tensor origin;               ///< {N, 2} in 0..1: where the waves begin
};

/// A 3x3 convolution without padding, by weights of length one for each output, then a scale and a
/// shift for each channel, which are mixed from a row for each texture, and a leaky ReLU. Tensors
/// "NAME.weight" {out, in, 3, 3}, "NAME.scale" and "NAME.shift" {rows, out}.
struct TextureConvImpl : torch::nn::Module {
  TextureConvImpl(int64_t in, int64_t out, int64_t rows);

  /// x {N, in, H, W}; blend {N, rows}. Returns {N, out, H - 2, W - 2}.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& blend);

  torch::Tensor weight, scale, shift;
};
TORCH_MODULE(TextureConv);

/// Pixels of a block's side, in which textures are made: large enough that what is made anew of its
/// surroundings costs little, small enough for the caches.
inline constexpr int64_t texture_block = 192;

/// A part of a level.
struct Block {
  Lines rows, columns;
};

/// Makes textures of noise on five levels, from a sixteenth of the size to the full one (Ulyanov et
/// al. 2016, "Texture Networks"), and of a few plane waves for what is regular in a texture
/// (Bergmann et al. 2017). Each level takes the one before, linearly enlarged, and noise of its
/// own through two convolutions. Nothing is normed but the weights: what comes out at a place
/// depends on its surroundings alone, never on the whole picture. And all of it goes round and
/// round, the waves in whole periods, so that a picture of any size continues over its own opposite
/// edges.
///
/// Tensors: "convL_K" for L from 1, the coarsest level, to 5 and K from 1 to 2, of 4, 4, 3, 2 and
/// 1 times `width` channels; "out_weight" {3, width, 3, 3} and "out_bias", which give 0..16;
/// "waves" {rows, 2, 2}: cycles per pixel down and across; "strength" {rows, 2}: the waves'
/// amplitudes. Metadata: "architecture" = "texture", "styles" = JSON array of the textures' names.
struct TextureNetImpl : torch::nn::Module {
  TextureNetImpl(int64_t width, int64_t rows);

  /// Of N seeds, for pictures of height x width; the same on every machine.
  TextureNoise noise(int64_t height, int64_t width, const std::vector<std::uint64_t>& seeds) const;

  /// Told, after each block, the share that is done. May throw to stop.
  using Told = std::function<void(double done)>;

  /// blend {N, rows}, each sample's weights summing to one. Returns {N, 3, height, width}, RGB
  /// of about 0..1, not clamped. Without gradient large pictures are made in blocks, which changes
  /// no value.
  torch::Tensor forward(const TextureNoise& noise, const torch::Tensor& blend,
                        const Told& told = {});

  /// The same without gradient and by blocks, each handed to `take` when it is made: of what lies
  /// between, only the level of a quarter of the size is ever whole.
  void paint(const TextureNoise& noise, const torch::Tensor& blend, const Told& told,
             const std::function<void(const Block& block, const torch::Tensor& made)>& take);

  int64_t width() const { return out_weight_.size(1); }
  int64_t rows() const { return strength.size(0); }

  torch::Tensor waves, strength;

 private:
  torch::Tensor whole(std::size_t level, const torch::Tensor& below, const TextureNoise& noise,
                      const torch::Tensor& blend, const Told& told);
  torch::Tensor block_of(std::size_t level, const torch::Tensor& below, const TextureNoise& noise,
                         const torch::Tensor& blend, const Block& block);
  torch::Tensor block_at(std::size_t level, const torch::Tensor& below, const Block& part,
                         const TextureNoise& noise, const torch::Tensor& blend, const Block& block);
  torch::Tensor waves_at(const TextureNoise& noise, const torch::Tensor& blend, const Block& block,
                         int64_t halo) const;

  std::vector<std::vector<TextureConv>> levels_;
  torch::Tensor out_weight_, out_bias_;
};
TORCH_MODULE(TextureNet);

/// Height or width of a level, of five; 4 is the full size.
int64_t level_size(int64_t size, std::size_t level);

/// Reads one of the layout above, float32 on the CPU, frozen. Throws NoModel.
TextureNet load_texture(const TensorFile& file);

/// Whether the parameter of that name has a row for each texture.
bool is_texture_row(const std::string& name);

}  // namespace pastiche
