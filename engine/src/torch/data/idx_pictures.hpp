#pragma once

#include <filesystem>
#include <memory>

#include "data/picture_source.hpp"

namespace pastiche {

/// Whether a file begins as one of IDX images does (LeCun's format of MNIST, uint8, not packed).
bool is_idx(const std::filesystem::path& file);

/// The pictures of such a file. Where a file of labels lies beside it
/// ("t10k-labels-idx1-ubyte" of "t10k-images-idx3-ubyte"), picture 12 with the label 7 is called
/// "7/00012", so that its class is "7". Throws BadImage for a file of another length than its
/// header makes it, or another number of labels than of pictures.
std::unique_ptr<PictureSource> open_idx(const std::filesystem::path& file);

}  // namespace pastiche
