#include <algorithm>
#include <array>
#include <bit>

#include "pastiche/error.hpp"
#include "pastiche/tensor_file.hpp"
#include "store/atomic_file.hpp"
#include "store/json_text.hpp"
#include "store/tensor_types.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

using Named = std::pair<const std::string, Tensor>;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw Error(Error::Kind::Output,
              "The model file " + in_quotes(path.string()) + " cannot be written: " + what + ".");
}

/// Large elements first, so that every tensor starts at a multiple of its element's size.
std::vector<const Named*> in_file_order(const std::map<std::string, Tensor, std::less<>>& tensors) {
  std::vector<const Named*> order;
  for (const Named& named : tensors) order.push_back(&named);
  std::ranges::stable_sort(order, std::greater(),
                           [](const Named* named) { return size_of(named->second.dtype); });
  return order;
}

std::string header_text(const std::vector<const Named*>& order, const Metadata& metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t at = 0;
  for (const Named* named : order) {
    const auto& [name, tensor] = *named;
    header[name] = {{"dtype", name_of(tensor.dtype)},
                    {"shape", tensor.shape},
                    {"data_offsets", {at, at + tensor.bytes.size()}}};
    at += tensor.bytes.size();
  }
  std::string text = header.empty() ? "{}" : header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data starts aligned
  return text;
}

}  // namespace

void write_tensors(const std::filesystem::path& path,
                   const std::map<std::string, Tensor, std::less<>>& tensors,
                   const Metadata& metadata) {
  for (const auto& [name, tensor] : tensors) {
    const auto count = element_count(tensor.shape);
    if (!count || *count * size_of(tensor.dtype) != tensor.bytes.size())
      refuse(path, "the tensor " + in_quotes(name) + " of " + shape_text(tensor.shape) + " has " +
                       std::to_string(tensor.bytes.size()) + " bytes");
  }
  const auto order = in_file_order(tensors);
  std::string header;
  try {
    header = header_text(order, metadata);
  } catch (const nlohmann::json::exception&) {
    refuse(path, "a name or a text of its metadata is no UTF-8");
  }
  AtomicFile file(path);
  const auto length = std::bit_cast<std::array<std::byte, 8>>(std::uint64_t(header.size()));
  file.write(length);
  file.write(header);
  for (const Named* named : order) file.write(named->second.bytes);
  file.commit();
}

}  // namespace pastiche
