#pragma once

#include <torch/torch.h>

#include <vector>

#include "pastiche/image.hpp"
#include "store/style_rows.hpp"
#include "train/fast_style_train_options.hpp"

namespace pastiche {

/// A picture to learn from, {1, 3, H, W} in 0..1, on the CPU.
struct NamedPicture {
  std::string name;
  torch::Tensor picture;
};

/// Reads `files` ("NAME=FILE,NAME=FILE", or a folder), then takes the pictures `given`, called by
/// `names` or else `default_name`. `kind` is what they are, for sentences: "style". Throws
/// BadSetting for no picture, a bad name or one that occurs twice; BadImage, also for less than 32
/// pixels a side.
std::vector<NamedPicture> read_named(const std::string& files, const std::vector<Image>& given,
                                     const std::string& names, const std::string& default_name,
                                     const std::string& kind);

/// Brought to that length of its longer side, in pixels; the shorter gets 32 at least.
torch::Tensor with_longest_side(const torch::Tensor& picture, int longest);

/// The styles to learn, each at every size of strokes.
struct StylePictures {
  StyleRows rows;
  std::vector<torch::Tensor> pictures;  ///< {1, 3, H, W} in 0..1, one a row
};

/// read_named() of the styles that the options name, at each of `strokes`: longest sides in pixels,
/// ascending.
StylePictures read_styles(const FastStyleTrainOptions& options, const std::vector<Image>& given,
                          const std::string& default_name, const std::vector<int>& strokes);

/// "384,768" as sizes, ascending; of nothing those of `base`, or one of 512.
/// Throws BadSetting.
std::vector<int> parse_strokes(const std::string& text, const std::vector<int>& base);

}  // namespace pastiche
