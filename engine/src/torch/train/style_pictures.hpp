#pragma once

#include <torch/torch.h>

#include <vector>

#include "pastiche/image.hpp"
#include "store/style_rows.hpp"
#include "train/fast_style_train_options.hpp"

namespace pastiche {

/// The styles to learn, each at every size of strokes.
struct StylePictures {
  StyleRows rows;
  std::vector<torch::Tensor> pictures;  ///< {1, 3, H, W} in 0..1, one a row
};

/// Reads `options.styles`, then takes the pictures `given`, called by
/// `options.name` or else `default_name`. `strokes`: longest sides in pixels,
/// ascending; a picture's shorter side gets 32 at least. On the CPU. Throws
/// BadSetting for no style, a bad name or one that occurs twice; BadImage, also
/// for less than 32 pixels a side.
StylePictures read_styles(const FastStyleTrainOptions& options, const std::vector<Image>& given,
                          const std::string& default_name, const std::vector<int>& strokes);

/// "384,768" as sizes, ascending; of nothing those of `base`, or one of 512.
/// Throws BadSetting.
std::vector<int> parse_strokes(const std::string& text, const std::vector<int>& base);

}  // namespace pastiche
