#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// The values a PyTorch state dict is made of. Nothing else can be built: a
/// pickle that names any other class or function is refused by that name, and
/// no name is ever looked up or called.
struct PickleNode {
  enum class Kind {
    None,
    Bool,
    Int,
    Real,
    Text,
    Bytes,
    Tuple,
    List,
    Dict,
    Name,
    Storage,
    Tensor,
    Mark
  };
  using Ref = PickleNode*;

  Kind kind = Kind::None;
  std::int64_t whole = 0;  ///< of Bool and Int; the element count of a Storage
  double real = 0;
  std::string text = {};        ///< of Text, Bytes, Name ("module name"); a Storage's key
  DType dtype = DType::F32;     ///< of a Storage
  std::vector<Ref> items = {};  ///< of Tuple and List; a Tensor's storage
  std::vector<std::pair<Ref, Ref>> entries = {};       ///< of Dict, in the file's order
  std::int64_t offset = 0;                             ///< of a Tensor: elements into its storage
  std::vector<std::int64_t> shape = {}, strides = {};  ///< of a Tensor, in elements
};

/// One pickle read (protocols 2 to 5), and the nodes it consists of: a million
/// at most, so memory is bounded by 256 MiB and a small multiple of `bytes`.
class Pickle {
 public:
  /// Reads up to the pickle's STOP; `bytes` is left with what follows it.
  /// Throws std::invalid_argument with what is wrong, to follow "the file ".
  explicit Pickle(std::span<const std::byte>& bytes);

  const PickleNode& root() const { return *root_; }
  const std::deque<PickleNode>& nodes() const { return nodes_; }

 private:
  friend class PickleMachine;
  std::deque<PickleNode> nodes_;  // owns all; they may refer to each other in circles
  PickleNode* root_ = nullptr;
};

}  // namespace pastiche
