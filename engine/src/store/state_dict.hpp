#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "store/tensor_types.hpp"

namespace pastiche {

/// A tensor of a file that is read when it is asked for, row-major, as float32.
struct LazyTensor {
  Shape shape;
  std::function<std::vector<float>()> load;  ///< throws Error::NoModel; keeps the file open
};

using StateDict = std::map<std::string, LazyTensor, std::less<>>;

/// The named tensors of a safetensors file or of a PyTorch state dict, in the
/// zip format or the one before PyTorch 1.6, or of a SqueezeNet in Deep
/// Compression's format; told apart by their first bytes.
/// A dict of dicts ({"model": ...}, {"state_dict": ...}) gives the inner one.
/// Throws Error::NoModel. Nothing of the file is executed.
StateDict read_state_dict(const std::filesystem::path& path);

}  // namespace pastiche
