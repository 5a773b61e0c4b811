#include "store/pickle_calls.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "store/tensor_types.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

using Node = PickleNode;
using Kind = PickleNode::Kind;
using Arguments = std::vector<Node::Ref>;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

std::vector<std::int64_t> numbers(const Node& node) {
  if (node.kind != Kind::Tuple || node.items.size() > most_dimensions)
    refuse("has a tensor whose shape is no list of at most " + std::to_string(most_dimensions) +
           " numbers");
  std::vector<std::int64_t> values;
  for (const Node* item : node.items) {
    if (item->kind != Kind::Int || item->whole < 0)
      refuse("has a tensor whose shape or stride is no whole number from 0 up");
    values.push_back(item->whole);
  }
  return values;
}

/// _rebuild_tensor(_v2)(storage, offset, shape, strides[, requires_grad, hooks[, metadata]])
Node rebuild_tensor(const Arguments& arguments) {
  if (arguments.size() < 4 || arguments[0]->kind != Kind::Storage ||
      arguments[1]->kind != Kind::Int || arguments[1]->whole < 0)
    refuse("has a tensor without a storage and an offset");
  Node tensor{.kind = Kind::Tensor, .items = {arguments[0]}, .offset = arguments[1]->whole};
  tensor.shape = numbers(*arguments[2]);
  tensor.strides = numbers(*arguments[3]);
  if (tensor.shape.size() != tensor.strides.size())
    refuse("has a tensor with " + std::to_string(tensor.shape.size()) + " sizes, but " +
           std::to_string(tensor.strides.size()) + " strides");
  return tensor;
}

/// _rebuild_parameter(tensor, requires_grad, hooks)
Node rebuild_parameter(const Arguments& arguments) {
  if (arguments.empty() || arguments[0]->kind != Kind::Tensor)
    refuse("has a parameter without a tensor");
  return *arguments[0];
}

/// OrderedDict() is filled afterwards; Python 2 wrote OrderedDict([[key, value], ...]),
/// whose list is used up: copies of it would let a small file fill the memory.
Node ordered_dict(const Arguments& arguments) {
  Node dict{.kind = Kind::Dict};
  if (arguments.empty()) return dict;
  if (arguments.size() > 1 || arguments[0]->kind != Kind::List)
    refuse("has an OrderedDict made of something else than a list");
  for (const Node* pair : arguments[0]->items) {
    const bool is_pair = pair->kind == Kind::List || pair->kind == Kind::Tuple;
    if (!is_pair || pair->items.size() != 2) refuse("has an OrderedDict made of no pairs");
    dict.entries.emplace_back(pair->items[0], pair->items[1]);
  }
  arguments[0]->items.clear();
  return dict;
}

/// torch.Size((1, 2)) is its argument.
Node size(const Arguments& arguments) {
  if (arguments.size() != 1) refuse("has a torch.Size of several things");
  numbers(*arguments[0]);
  return *arguments[0];
}

struct Call {
  const char* name;
  Node (*make)(const Arguments&);
};

const Call calls[] = {
    {"collections.OrderedDict", ordered_dict},
    {"torch._utils._rebuild_tensor", rebuild_tensor},
    {"torch._utils._rebuild_tensor_v2", rebuild_tensor},
    {"torch._utils._rebuild_parameter", rebuild_parameter},
    {"torch.Size", size},
};

constexpr std::string_view torch = "torch.";

/// Of "torch.FloatStorage" and its like.
std::optional<DType> storage_dtype(const std::string& name) {
  if (!name.starts_with(torch)) return std::nullopt;
  return dtype_of_storage(std::string_view(name).substr(torch.size()));
}

}  // namespace

void check_pickled_name(const std::string& name) {
  if (storage_dtype(name) || std::ranges::count(calls, name, &Call::name)) return;
  refuse("asks for " + in_quotes(name) +
         ", which is no tensor; only state dicts of tensors are read, and nothing is executed");
}

Node pickled_storage(const Node& id) {
  const auto& parts = id.items;
  if (id.kind != Kind::Tuple || parts.size() < 5 || parts[0]->kind != Kind::Text ||
      parts[0]->text != "storage" || parts[1]->kind != Kind::Name || parts[2]->kind != Kind::Text ||
      parts[4]->kind != Kind::Int || parts[4]->whole < 0)
    refuse("has a persistent id that is no storage of a tensor");
  if (parts.size() > 5 && parts[5]->kind != Kind::None)
    refuse("has a storage that is a view of another, as only PyTorch before 0.4 wrote");
  const auto dtype = storage_dtype(parts[1]->text);
  if (!dtype) refuse("has a tensor stored as " + in_quotes(parts[1]->text));
  return {.kind = Kind::Storage, .whole = parts[4]->whole, .text = parts[2]->text, .dtype = *dtype};
}

Node pickled_call(const std::string& name, const Arguments& arguments) {
  for (const Call& call : calls)
    if (name == call.name) return call.make(arguments);
  refuse("calls " + in_quotes(name) + ", which makes no tensor");
}

}  // namespace pastiche
