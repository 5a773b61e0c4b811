#pragma once

#include <torch/torch.h>

#include <filesystem>

namespace pastiche {

/// One picture file as {3, H, W} uint8 RGB, or {4, H, W} where it has alpha, an undefined tensor
/// when it cannot be decoded. Throws NoDevice in a build without picture files.
torch::Tensor decode(const std::filesystem::path& file);

/// Writes {3, H, W} uint8 RGB in the format of the name's ending, whole or not
/// at all; nothing in a build without picture files. Throws Output.
void encode(const std::filesystem::path& file, const torch::Tensor& rgb);

}  // namespace pastiche
