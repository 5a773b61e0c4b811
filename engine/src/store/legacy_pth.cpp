#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <set>
#include <stdexcept>

#include "store/mapped_file.hpp"
#include "store/pth_file.hpp"
#include "store/tensor_types.hpp"

// Layout (PyTorch before 1.6): the pickles of a magic number, a protocol number,
// facts about the machine, the state dict and the storages' keys; then for each
// key in that order its element count (int64) and its elements.

namespace pastiche {
namespace {

using Kind = PickleNode::Kind;
using Bytes = std::span<const std::byte>;

constexpr std::string_view magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr int protocol = 1001;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

void check_machine(const PickleNode& facts) {
  if (facts.kind != Kind::Dict) refuse("does not say which machine wrote it");
  for (const auto& [key, value] : facts.entries)
    if (key->text == "little_endian" && value->whole == 0)
      refuse("was written by a big-endian machine, whose tensors are not read");
}

/// Bytes of one element, by the storage's key, for all storages the pickle names.
std::map<std::string, std::size_t> element_sizes(const Pickle& pickle) {
  std::map<std::string, std::size_t> sizes;
  for (const PickleNode& node : pickle.nodes())
    if (node.kind == Kind::Storage) sizes[node.text] = size_of(node.dtype);
  return sizes;
}

std::size_t take_count(Bytes& bytes) {
  std::uint64_t count;
  if (bytes.size() < sizeof(count)) refuse("ends before its last storage");
  std::memcpy(&count, bytes.data(), sizeof(count));
  bytes = bytes.subspan(sizeof(count));
  return count;
}

std::map<std::string, Bytes> find_storages(const Pickle& state, Bytes bytes) {
  const Pickle keys(bytes);
  if (keys.root().kind != Kind::List) refuse("does not list its storages");
  const auto sizes = element_sizes(state);
  std::map<std::string, Bytes> storages;
  for (const PickleNode* key : keys.root().items) {
    const auto size = sizes.find(key->text);
    if (size == sizes.end()) refuse("lists a storage that no tensor uses");
    const std::size_t count = take_count(bytes);
    if (count > bytes.size() / size->second) refuse("ends before its last storage");
    storages[key->text] = bytes.first(count * size->second);
    bytes = bytes.subspan(count * size->second);
  }
  return storages;
}

}  // namespace

PthFile open_legacy_pth(const std::filesystem::path& path) {
  const auto file = std::make_shared<MappedFile>(path);
  Bytes bytes = file->bytes();
  if (Pickle(bytes).root().text != magic)
    refuse("is a pickle, but none that PyTorch's torch.save wrote");
  if (const auto version = Pickle(bytes).root().whole; version != protocol)
    refuse("is of PyTorch's format " + std::to_string(version) + ", not " +
           std::to_string(protocol));
  check_machine(Pickle(bytes).root());
  const auto state = std::make_shared<const Pickle>(bytes);
  const auto load = [file, storages = find_storages(*state, bytes)](const std::string& key,
                                                                    std::size_t size) {
    const auto found = storages.find(key);
    if (found == storages.end() || found->second.size() != size)
      refuse("has no storage of " + std::to_string(size) + " bytes for one of its tensors");
    return std::vector(found->second.begin(), found->second.end());
  };
  return {state, load};
}

}  // namespace pastiche
