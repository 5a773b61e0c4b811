#pragma once

#include <map>
#include <string>

#include "pastiche/export.hpp"
#include "store/tensor_types.hpp"

namespace pastiche {

using Shapes = std::map<std::string, Shape, std::less<>>;

/// Whether these tensors make a whole network of that architecture ("encoder",
/// "decoder", "transformer", "style", "style-decoder", "squeezenet", "generator", "vae", "lenet",
/// "texture", "torchscript"; docs/formats/model.md): none missing, each layer fitting the one before. `rows`
/// of norm parameters a transformer or style must have: styles times strokes. Throws
/// std::invalid_argument with what does not fit, to follow "the model ". Tensors it does not know
/// are left out of account.
void check_architecture(const std::string& architecture, const Shapes& shapes, std::size_t rows);

/// "conv3_1", "res2_a": a layer's name by its numbers.
PASTICHE_API std::string conv_name(int block, int layer);

}  // namespace pastiche
