#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "pastiche/filter.hpp"

namespace pastiche {

/// A picture of `width` x `height` px of a sample {1, 1, 3 or 4, h, w} in 0..1, filled as the
/// setting `fit` says: contain, cover, stretch, tile.
Image placed(const torch::Tensor& sample, int width, int height, const std::string& fit);

/// Pictures of one size, row by row on a sheet as nearly square as can be.
Image sheet_of(const std::vector<Image>& pictures);

/// The first of them with the others as its further ones. REQUIRES one or more.
Result as_one(std::vector<Result> results);

}  // namespace pastiche
