#pragma once

#include <filesystem>

#include "store/state_dict.hpp"

namespace pastiche {

/// SqueezeNet 1.0 as Deep Compression publishes it (Han et al. 2016): codebooks and gaps instead
/// of tensors, no magic number, no shapes. Told by its first 104 bytes, which are the number of
/// stored entries of each of its 26 convolutions.
bool is_deep_compression(std::span<const std::byte> file);

/// Its tensors by our names ("conv1.weight", "fire2_squeeze.bias"), with "input", the 1x1
/// convolution from RGB in 0..1 to the BGR less the mean that the network was trained on. Throws
/// std::invalid_argument with what is wrong, to follow "the file ".
StateDict open_deep_compression(const std::filesystem::path& path);

/// The shapes that such a file stands for, "input" included.
std::map<std::string, Shape> deep_compression_shapes();

}  // namespace pastiche
