#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pastiche/tensor_file.hpp"

namespace pastiche {

using Shape = std::vector<std::int64_t>;

constexpr std::size_t most_dimensions = 16;

/// By the name safetensors gives it ("F32"); nothing for one we do not read.
std::optional<DType> dtype_named(std::string_view name);
std::optional<DType> dtype_of_storage(std::string_view name);  ///< PyTorch's "FloatStorage"
const char* name_of(DType dtype);
std::vector<std::string> dtype_names();

/// The product of a shape; nothing when it overflows or a size is negative.
std::optional<std::size_t> element_count(const Shape& shape);

/// "64 x 3 x 3 x 3"
std::string shape_text(const Shape& shape);

/// Elements of any type as numbers. REQUIRES: bytes is a multiple of the element size.
std::vector<float> to_floats(DType dtype, std::span<const std::byte> bytes);

}  // namespace pastiche
