#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "pastiche/tensor_file.hpp"
#include "style/perceptual_loss.hpp"

namespace pastiche {

/// What an encoder sees of style pictures, {1, 3, H, W} in 0..1, at the first layer of each block:
/// a row for each. Kept in a file of styles, it takes the pictures' place where a painting is
/// refined.
///
/// File: "statistics.LAYER.mean" {rows, C} and "statistics.LAYER.root" {rows, C, C}, the symmetric
/// root of the covariance, which is positive however it is rounded. Metadata: the encoder's name and
/// hash, "encoder" and "encoder-sha256".
StyleMoments statistics_of(Encoder& encoder, const std::vector<torch::Tensor>& pictures);

/// For a file, by the names above.
std::map<std::string, torch::Tensor> tensors_of(const StyleMoments& statistics);
Metadata statistics_metadata(const Model& encoder);

/// What a blend of styles is in the eyes of the encoder that their files name.
struct StyleTarget {
  Model model;
  Encoder encoder;
  StyleMoments moments;  ///< of the blend, {C} and {C, C}
};

/// `blend` {1, rows of all `files`}, summing to one; files whose rows it leaves out are not read
/// further. The encoder is looked for by its name, then by its hash, also in `folder`. Throws NoModel
/// for a file without statistics, with such that do not fit, or of an encoder that is not here or
/// not that of the others.
StyleTarget style_target(const std::vector<std::filesystem::path>& files,
                         const torch::Tensor& blend, const std::string& folder);

}  // namespace pastiche
