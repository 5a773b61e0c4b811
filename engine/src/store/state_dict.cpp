#include "store/state_dict.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "pastiche/error.hpp"
#include "store/deep_compression.hpp"
#include "store/mapped_file.hpp"
#include "store/pth_file.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

using Node = PickleNode;
using Kind = PickleNode::Kind;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

Error unusable(const std::filesystem::path& path, const std::string& what) {
  return Error(Error::Kind::NoModel, "The file " + in_quotes(path.string()) + " " + what + ".");
}

/// Tensors laid end to end in their storage need no more than its elements;
/// whatever asks for more repeats some, which no state dict does.
void check_extent(const Node& tensor, const std::string& name) {
  const std::size_t held = std::size_t(tensor.items[0]->whole);
  const auto count = element_count(tensor.shape);
  std::size_t last = std::size_t(tensor.offset);
  bool overflows = !count || *count > held;
  for (std::size_t i = 0; i < tensor.shape.size() && !overflows && *count > 0; ++i) {
    std::size_t reach;
    overflows = __builtin_mul_overflow(std::size_t(tensor.shape[i] - 1),
                                       std::size_t(tensor.strides[i]), &reach) ||
                __builtin_add_overflow(last, reach, &last);
  }
  if (overflows || (*count > 0 && last >= held))
    refuse("has the tensor " + in_quotes(name) + " of " + shape_text(tensor.shape) +
           ", which reaches beyond its storage of " + std::to_string(held) + " elements");
}

/// Elements in row-major order out of a storage read with strides.
std::vector<float> gather(const std::vector<float>& storage, const Node& tensor) {
  std::vector<float> values(*element_count(tensor.shape));
  std::vector<std::int64_t> index(tensor.shape.size(), 0);
  std::size_t at = std::size_t(tensor.offset);
  for (float& value : values) {
    value = storage[at];
    for (std::size_t d = index.size(); d-- > 0;) {
      at += std::size_t(tensor.strides[d]);
      if (++index[d] < tensor.shape[d]) break;
      at -= std::size_t(tensor.strides[d]) * std::size_t(tensor.shape[d]);
      index[d] = 0;
    }
  }
  return values;
}

std::vector<float> load_tensor(const PthFile& file, const Node& tensor) {
  const Node& storage = *tensor.items[0];
  const std::size_t count = std::size_t(storage.whole), size = size_of(storage.dtype);
  if (count > SIZE_MAX / size) refuse("has a storage larger than any file");
  return gather(to_floats(storage.dtype, file.storage(storage.text, count * size)), tensor);
}

bool has_tensors(const Node& node) {
  return node.kind == Kind::Dict && std::ranges::any_of(node.entries, [](const auto& entry) {
           return entry.second->kind == Kind::Tensor;
         });
}

/// The dict of tensors: the root, or one directly inside it, "model" before "optimizer".
const Node& dict_of_tensors(const Node& root) {
  if (has_tensors(root)) return root;
  for (const char* usual : {"model", "state_dict", "model_state_dict", "params"})
    for (const auto& [key, value] : root.entries)
      if (key->text == usual && has_tensors(*value)) return *value;
  for (const auto& [key, value] : root.entries)
    if (has_tensors(*value)) return *value;
  refuse("has no state dict of tensors in it");
}

StateDict from_pth(const std::filesystem::path& path, PthFile file) {
  StateDict state;
  for (const auto& [key, value] : dict_of_tensors(file.pickle->root()).entries) {
    if (key->kind != Kind::Text || value->kind != Kind::Tensor) continue;
    check_extent(*value, key->text);
    state[key->text] = {value->shape, [path, file, tensor = value] {
                          try {
                            return load_tensor(file, *tensor);
                          } catch (const std::invalid_argument& error) {
                            throw unusable(path, error.what());
                          }
                        }};
  }
  return state;
}

StateDict from_safetensors(const std::filesystem::path& path) {
  const auto file = std::make_shared<TensorFile>(path);
  StateDict state;
  for (const auto& [name, tensor] : file->tensors())
    state[name] = {tensor.shape, [file, &tensor] { return to_floats(tensor.dtype, tensor.bytes); }};
  return state;
}

bool starts_with(const MappedFile& file, std::string_view start) {
  const auto bytes = file.bytes();
  return bytes.size() >= start.size() && std::memcmp(bytes.data(), start.data(), start.size()) == 0;
}

}  // namespace

StateDict read_state_dict(const std::filesystem::path& path) {
  try {
    const MappedFile file(path);
    if (starts_with(file, "PK")) return from_pth(path, open_zip_pth(path));
    if (starts_with(file, "\x80")) return from_pth(path, open_legacy_pth(path));
    if (is_deep_compression(file.bytes())) return open_deep_compression(path);
  } catch (const std::invalid_argument& error) {
    throw unusable(path, error.what());
  }
  return from_safetensors(path);
}

}  // namespace pastiche
