#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pastiche/export.hpp"

namespace pastiche {

enum class DType { F32, F16, BF16, F64, I64, I32, U8 };

PASTICHE_API std::size_t size_of(DType dtype);  ///< bytes per element

/// One named array: row-major, little-endian. `bytes` is borrowed.
struct Tensor {
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

using Metadata = std::map<std::string, std::string, std::less<>>;

/// A safetensors file, mapped into memory and checked whole before anything is
/// handed out: header size, JSON depth, names, dtypes, shapes against lengths,
/// overlaps, gaps and file size. Throws Error::NoModel with the file's name and
/// what is wrong. The spans live as long as the object.
class PASTICHE_API TensorFile {
 public:
  explicit TensorFile(const std::filesystem::path& path);
  ~TensorFile();
  TensorFile(TensorFile&&) noexcept;
  TensorFile& operator=(TensorFile&&) noexcept;

  const Metadata& metadata() const;
  const std::map<std::string, Tensor, std::less<>>& tensors() const;

  /// Throws NoModel when there is none of that name.
  const Tensor& at(std::string_view name) const;

 private:
  struct Mapping;
  std::unique_ptr<Mapping> mapping_;
};

/// Writes a temporary file beside `path` and renames it: the old file or the
/// new one is there, never a half. Throws Error::Output.
PASTICHE_API void write_tensors(const std::filesystem::path& path,
                                const std::map<std::string, Tensor, std::less<>>& tensors,
                                const Metadata& metadata);

}  // namespace pastiche
