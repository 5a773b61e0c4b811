#include "pastiche/tensor_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "pastiche/error.hpp"
#include "store/json_text.hpp"
#include "store/mapped_file.hpp"
#include "store/tensor_types.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

using nlohmann::json;
using Tensors = std::map<std::string, Tensor, std::less<>>;

constexpr std::size_t longest_header = 16 << 20;  // 100,000 tensors; the format allows 100 MB
constexpr std::size_t longest_name = 512;

/// What is wrong with the file; becomes the end of a sentence.
struct Broken {
  std::string what;
};

/// It begins as PyTorch's files do, as a zip archive or a pickle, and cannot be a safetensors one.
struct OfPyTorch {};

std::uint64_t unsigned_number(const json& value, const std::string& whose) {
  if (!value.is_number_unsigned()) throw Broken{whose + " is no whole number from 0 up"};
  return value.get<std::uint64_t>();
}

void check_name(const std::string& name) {
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (name.empty() || name.size() > longest_name || std::ranges::any_of(name, control))
    throw Broken{"the tensor name " + in_quotes(name) + " is empty, too long or unprintable"};
}

DType read_dtype(const json& entry, const std::string& name) {
  const auto found = entry.find("dtype");
  const std::string text =
      found != entry.end() && found->is_string() ? found->get<std::string>() : "";
  if (const auto dtype = dtype_named(text)) return *dtype;
  throw Broken{"the tensor " + in_quotes(name) + " has the type " + in_quotes(text) +
               "; known are " + listed(dtype_names())};
}

std::vector<std::int64_t> read_shape(const json& entry, const std::string& name) {
  const auto found = entry.find("shape");
  if (found == entry.end() || !found->is_array() || found->size() > most_dimensions)
    throw Broken{"the tensor " + in_quotes(name) + " has no shape of at most " +
                 std::to_string(most_dimensions) + " numbers"};
  std::vector<std::int64_t> shape;
  for (const json& size : *found) {
    const auto number = unsigned_number(size, "the shape of the tensor " + in_quotes(name));
    if (number > std::uint64_t(INT64_MAX))
      throw Broken{"the shape of the tensor " + in_quotes(name) + " is too large"};
    shape.push_back(std::int64_t(number));
  }
  return shape;
}

Tensor read_tensor(const json& entry, const std::string& name, std::span<const std::byte> data) {
  check_name(name);
  if (!entry.is_object()) throw Broken{"the entry " + in_quotes(name) + " is no object"};
  Tensor tensor{.dtype = read_dtype(entry, name), .shape = read_shape(entry, name), .bytes = {}};
  const auto offsets = entry.find("data_offsets");
  if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2)
    throw Broken{"the tensor " + in_quotes(name) + " has no pair of data_offsets"};
  const std::string whose = "an offset of the tensor " + in_quotes(name);
  const auto begin = unsigned_number((*offsets)[0], whose);
  const auto end = unsigned_number((*offsets)[1], whose);
  if (begin > end || end > data.size())
    throw Broken{"the tensor " + in_quotes(name) + " lies at bytes " + std::to_string(begin) +
                 " to " + std::to_string(end) + " of " + std::to_string(data.size())};
  tensor.bytes = data.subspan(begin, end - begin);
  const auto count = element_count(tensor.shape);
  const std::size_t size = size_of(tensor.dtype);
  if (!count || *count > SIZE_MAX / size || *count * size != tensor.bytes.size())
    throw Broken{"the shape of the tensor " + in_quotes(name) + " does not make its " +
                 std::to_string(tensor.bytes.size()) + " bytes"};
  return tensor;
}

/// Every byte of the data belongs to one tensor.
void check_coverage(const Tensors& tensors, std::span<const std::byte> data) {
  std::vector<std::span<const std::byte>> parts;
  for (const auto& [name, tensor] : tensors) parts.push_back(tensor.bytes);
  std::ranges::sort(parts, {}, [](auto part) { return std::pair(part.data(), part.size()); });
  const std::byte* at = data.data();
  for (const auto part : parts) {
    if (part.data() < at) throw Broken{"two tensors overlap"};
    if (part.data() > at) throw Broken{"bytes between two tensors belong to none"};
    at += part.size();
  }
  if (at != data.data() + data.size())
    throw Broken{std::to_string(data.data() + data.size() - at) +
                 " bytes at the end belong to no tensor"};
}

Metadata read_metadata(const json& entry) {
  if (!entry.is_object()) throw Broken{"__metadata__ is no object"};
  Metadata metadata;
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) throw Broken{"the metadata " + in_quotes(key) + " is no text"};
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// The header's text; `bytes` is left with the data that follows it.
std::string_view take_header(std::span<const std::byte>& bytes) {
  std::array<std::byte, 8> prefix;
  if (bytes.size() < prefix.size())
    throw Broken{"it has " + std::to_string(bytes.size()) + " bytes, fewer than a header's 8"};
  std::ranges::copy(bytes.first<8>(), prefix.begin());
  static_assert(std::endian::native == std::endian::little);
  const auto size = std::bit_cast<std::uint64_t>(prefix);
  const std::size_t left = bytes.size() - prefix.size();
  if (size > longest_header || size > left) {
    const std::string_view start(reinterpret_cast<const char*>(prefix.data()), 2);
    if (start == "PK" || (start[0] == '\x80' && start[1] <= 5)) throw OfPyTorch{};
    throw Broken{"its header is said to have " + std::to_string(size) + " bytes, but " +
                 std::to_string(std::min(left, longest_header)) + " are the most it can"};
  }
  const auto header = bytes.subspan(prefix.size(), size);
  bytes = bytes.subspan(prefix.size() + size);
  return {reinterpret_cast<const char*>(header.data()), header.size()};
}

}  // namespace

struct TensorFile::Mapping {
  explicit Mapping(const std::filesystem::path& path) : path(path), file(path) {
    auto data = file.bytes();
    const json header = parse_json(take_header(data), 3);
    if (!header.is_object()) throw Broken{"its header is no JSON object"};
    for (const auto& [name, entry] : header.items())
      if (name == "__metadata__")
        metadata = read_metadata(entry);
      else
        tensors.emplace(name, read_tensor(entry, name, data));
    check_coverage(tensors, data);
  }

  std::filesystem::path path;
  MappedFile file;
  Metadata metadata;
  Tensors tensors;
};

TensorFile::TensorFile(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& what) {
    throw Error(Error::Kind::NoModel,
                "The model file " + in_quotes(path.string()) + " is broken: " + what + ".");
  };
  try {
    mapping_ = std::make_unique<Mapping>(path);
  } catch (const OfPyTorch&) {
    const std::string file = in_quotes(path.string());
    throw Error(Error::Kind::NoModel, "The model file " + file +
                                          " is one of PyTorch's; pastiche models import " + file +
                                          " would take it over.");
  } catch (const Broken& broken) {
    refuse(broken.what);
  } catch (const std::invalid_argument& error) {
    refuse(std::string("its header is ") + error.what());
  }
}

TensorFile::~TensorFile() = default;
TensorFile::TensorFile(TensorFile&&) noexcept = default;
TensorFile& TensorFile::operator=(TensorFile&&) noexcept = default;

const Metadata& TensorFile::metadata() const { return mapping_->metadata; }
const Tensors& TensorFile::tensors() const { return mapping_->tensors; }

const Tensor& TensorFile::at(std::string_view name) const {
  const auto found = mapping_->tensors.find(name);
  if (found != mapping_->tensors.end()) return found->second;
  throw Error(Error::Kind::NoModel, "The model file " + in_quotes(mapping_->path.string()) +
                                        " has no tensor " + in_quotes(name) + ".");
}

}  // namespace pastiche
