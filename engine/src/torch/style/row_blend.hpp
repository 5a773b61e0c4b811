#pragma once

#include <filesystem>
#include <string>

#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "pastiche/weighted_list.hpp"
#include "style/fast_style_options.hpp"

namespace pastiche {

/// The entries of a blend such as "bark:2,moss", the value of `setting`, with weights that sum to
/// one; `first` alone for an empty text. Throws BadSetting.
std::vector<Weighted> parse_blend(const std::string& text, const std::string& setting,
                                  const std::string& first);

/// Weights {strokes}, summing to one, for a stroke size in 0..1: linear between
/// the first row and the last. REQUIRES one stroke or more.
torch::Tensor stroke_weights(std::size_t strokes, double stroke_size);

/// The network a call paints with, and how its rows are mixed.
struct Painter {
  TransformerNet net;
  torch::Tensor blend;  ///< {1, rows}, summing to one
  Facts facts;          ///< "style-sha256" of learnt styles; "advice"
  std::vector<std::filesystem::path> files;  ///< whose rows they are, one after the other
};

/// Reads `model` and the rows of the learnt styles that `options` names, which
/// are found among list_styles(). Throws BadSetting for a style that is not
/// offered or weights that add up to 0, NoModel for a file that does not fit.
Painter make_painter(const Model& model, const FastStyleOptions& options);

}  // namespace pastiche
