#pragma once

#include <torch/torch.h>

#include <filesystem>

#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// A copy of a file's tensor, in its own dtype.
torch::Tensor to_torch(const Tensor& tensor);

/// Fills every parameter and buffer of `module` from the tensor of its name
/// after `prefix`, converted to the parameter's dtype. Throws NoModel for one that is missing,
/// of another shape, or not finite; tensors the module does not know are left. The counts of
/// batch norms may be missing.
void load_weights(torch::nn::Module& module, const TensorFile& file,
                  const std::string& prefix = "");

/// Writes named tensors, stored as `dtype` where they are floating point.
void save_weights(const std::filesystem::path& path,
                  const std::map<std::string, torch::Tensor>& tensors, const Metadata& metadata,
                  torch::ScalarType dtype = torch::kFloat32);

/// A module's parameters and buffers by name.
std::map<std::string, torch::Tensor> weights_of(const torch::nn::Module& module);

}  // namespace pastiche
