#pragma once

#include <torch/torch.h>

#include <set>
#include <string>

#include "nets/decoder.hpp"
#include "nets/encoder.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// Any picture as the style: an encoder, frozen, and the way back from its features to a picture, a
/// block at a time, so that the features of each block's first layer can be given a style's
/// statistics before the next step.
///
/// File: the two modules' tensors under "encoder." and "decoder.". Metadata: "architecture" =
/// "style-decoder", the encoder's "padding" and "pooling", and which it was: "encoder",
/// "encoder-sha256".
struct ImageStylizerImpl : torch::nn::Module {
  /// Untrained. REQUIRES two blocks or more; of the last block only the first layer is built.
  explicit ImageStylizerImpl(const Widths& widths);

  /// "relu1_1", "relu2_1", ...: the layers that are given a style's statistics.
  std::set<std::string> layers() const;

  int blocks() const { return decoder->blocks(); }

  Encoder encoder;
  Decoder decoder;
};
TORCH_MODULE(ImageStylizer);

/// The layer whose features the decoder's step() of that block begins with.
std::string first_layer(int block);

/// An untrained one around the encoder in `file`. Throws NoModel when it has a single block.
ImageStylizer stylizer_around(const TensorFile& file);

/// Reads one of the layout above, float32 on the CPU, frozen. Throws NoModel.
ImageStylizer load_stylizer(const TensorFile& file);

}  // namespace pastiche
