#include "store/pickle.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <stdexcept>

#include "store/pickle_calls.hpp"
#include "text.hpp"

namespace pastiche {

using Node = PickleNode;
using Kind = PickleNode::Kind;

namespace {

constexpr std::size_t most_nodes = 1'000'000;  // a thousand tensors take some 30,000

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

/// Bytes taken from the front, never more than there are.
class Reader {
 public:
  explicit Reader(std::span<const std::byte>& bytes) : bytes_(bytes) {}

  std::string take(std::uint64_t count) {
    if (count > bytes_.size()) refuse("ends in the middle of a pickle");
    std::string text(reinterpret_cast<const char*>(bytes_.data()), count);
    bytes_ = bytes_.subspan(count);
    return text;
  }

  std::string line() {
    const auto end = std::ranges::find(bytes_, std::byte('\n'));
    std::string text = take(std::uint64_t(end - bytes_.begin()));
    take(1);
    return text;
  }

  template <class T>
  T number() {
    const std::string raw = take(sizeof(T));
    T value;
    std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }

 private:
  std::span<const std::byte>& bytes_;
};

double big_endian_double(Reader& in) {
  return std::bit_cast<double>(__builtin_bswap64(in.number<std::uint64_t>()));
}

/// A little-endian two's complement integer of any length: Int when it fits
/// one, else its bytes (the legacy format's magic number has ten).
Node long_number(std::string bytes) {
  if (bytes.size() > sizeof(std::int64_t)) return {.kind = Kind::Bytes, .text = std::move(bytes)};
  const bool negative = !bytes.empty() && (bytes.back() & 0x80);
  bytes.resize(sizeof(std::int64_t), negative ? '\xff' : '\0');
  std::int64_t value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return {.kind = Kind::Int, .whole = value};
}

Node whole(std::int64_t value) { return {.kind = Kind::Int, .whole = value}; }
Node boolean(bool value) { return {.kind = Kind::Bool, .whole = value}; }
Node text(std::string value) { return {.kind = Kind::Text, .text = std::move(value)}; }
Node bytes(std::string value) { return {.kind = Kind::Bytes, .text = std::move(value)}; }

/// Opcodes that push one value, or only skip what follows them.
struct Literal {
  char opcode;
  Node (*read)(Reader&);
};

const Literal literals[] = {
    {'N', [](Reader&) { return Node(); }},
    {'\x88', [](Reader&) { return boolean(true); }},
    {'\x89', [](Reader&) { return boolean(false); }},
    {'J', [](Reader& in) { return whole(in.number<std::int32_t>()); }},
    {'K', [](Reader& in) { return whole(in.number<std::uint8_t>()); }},
    {'M', [](Reader& in) { return whole(in.number<std::uint16_t>()); }},
    {'\x8a', [](Reader& in) { return long_number(in.take(in.number<std::uint8_t>())); }},
    {'\x8b', [](Reader& in) { return long_number(in.take(in.number<std::uint32_t>())); }},
    {'G', [](Reader& in) { return Node{.kind = Kind::Real, .real = big_endian_double(in)}; }},
    {'X', [](Reader& in) { return text(in.take(in.number<std::uint32_t>())); }},
    {'\x8c', [](Reader& in) { return text(in.take(in.number<std::uint8_t>())); }},
    {'\x8d', [](Reader& in) { return text(in.take(in.number<std::uint64_t>())); }},
    {'T', [](Reader& in) { return text(in.take(in.number<std::uint32_t>())); }},
    {'U', [](Reader& in) { return text(in.take(in.number<std::uint8_t>())); }},
    {'B', [](Reader& in) { return bytes(in.take(in.number<std::uint32_t>())); }},
    {'C', [](Reader& in) { return bytes(in.take(in.number<std::uint8_t>())); }},
    {'\x8e', [](Reader& in) { return bytes(in.take(in.number<std::uint64_t>())); }},
    {'}', [](Reader&) { return Node{.kind = Kind::Dict}; }},
    {']', [](Reader&) { return Node{.kind = Kind::List}; }},
    {')', [](Reader&) { return Node{.kind = Kind::Tuple}; }},
    {'(', [](Reader&) { return Node{.kind = Kind::Mark}; }},
};

}  // namespace

/// The stack machine, reduced to what builds values.
class PickleMachine {
 public:
  PickleMachine(Pickle& pickle, std::span<const std::byte>& bytes) : pickle_(pickle), in_(bytes) {}

  void run() {
    if (in_.number<std::uint8_t>() != 0x80) refuse("does not start as a pickle of protocol 2 to 5");
    if (const int protocol = in_.number<std::uint8_t>(); protocol < 2 || protocol > 5)
      refuse("is a pickle of protocol " + std::to_string(protocol) + ", not 2 to 5");
    while (!pickle_.root_) step(in_.take(1)[0]);
  }

 private:
  void step(char opcode) {
    const auto literal = std::ranges::find(literals, opcode, &Literal::opcode);
    if (literal != std::end(literals)) return push(literal->read(in_));
    if (!memo(opcode) && !build(opcode) && !call(opcode))
      refuse("has the pickle opcode " + in_quotes(std::string(1, opcode)) +
             ", which no state dict of tensors needs");
  }

  bool memo(char opcode) {
    switch (opcode) {
      case 'q':
        return remember(in_.number<std::uint8_t>());
      case 'r':
        return remember(in_.number<std::uint32_t>());
      case '\x94':
        return remember(memo_.size());
      case 'h':
        return recall(in_.number<std::uint8_t>());
      case 'j':
        return recall(in_.number<std::uint32_t>());
      case '\x95':  // a frame's length: only a hint for readers of streams
        in_.number<std::uint64_t>();
        return true;
      default:
        return false;
    }
  }

  bool build(char opcode) {
    switch (opcode) {
      case '\x85':
      case '\x86':
      case '\x87':
        return tuple(std::size_t(opcode - '\x84'));
      case 't':
        return tuple(marked());
      case 'a':
        return append(1);
      case 'e':
        return append(marked());
      case 's':
        return set_items(2);
      case 'u':
        return set_items(marked());
      case '0':
        pop();
        return true;
      case '.':
        pickle_.root_ = pop();
        return true;
      default:
        return false;
    }
  }

  bool call(char opcode) {
    switch (opcode) {
      case 'c': {
        const std::string module = in_.line();
        return name(module, in_.line());
      }
      case '\x93': {
        Node* last = pop();
        return name(expect(pop(), Kind::Text)->text, expect(last, Kind::Text)->text);
      }
      case 'Q':
        push(pickled_storage(*pop()));
        return true;
      case 'R': {
        Node* arguments = expect(pop(), Kind::Tuple);
        push(pickled_call(expect(pop(), Kind::Name)->text, arguments->items));
        return true;
      }
      case 'b':  // attributes of an OrderedDict ("_metadata"): of no use here
        expect(pop(), Kind::Dict);
        expect(top(), Kind::Dict);
        return true;
      default:
        return false;
    }
  }

  void push(Node node) {
    if (pickle_.nodes_.size() >= most_nodes)
      refuse("holds more pickled values than any state dict");
    stack_.push_back(&pickle_.nodes_.emplace_back(std::move(node)));
  }

  Node* top() {
    if (stack_.empty()) refuse("takes more from the pickle's stack than is on it");
    return stack_.back();
  }

  Node* pop() {
    Node* node = top();
    stack_.pop_back();
    return node;
  }

  static Node* expect(Node* node, Kind kind) {
    if (node->kind != kind) refuse("is a pickle that mixes up its types");
    return node;
  }

  bool remember(std::size_t slot) {
    memo_[slot] = top();
    if (memo_.size() > most_nodes) refuse("remembers more pickled values than any state dict");
    return true;
  }

  bool recall(std::size_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) refuse("recalls a pickled value it never stored");
    stack_.push_back(found->second);
    return true;
  }

  /// How many values lie above the topmost mark, which is taken away.
  std::size_t marked() {
    const auto is_mark = [](const Node* node) { return node->kind == Kind::Mark; };
    const auto mark = std::find_if(stack_.rbegin(), stack_.rend(), is_mark);
    if (mark == stack_.rend()) refuse("is a pickle that closes what it did not open");
    const auto count = std::size_t(mark - stack_.rbegin());
    stack_.erase(std::next(mark).base());
    return count;
  }

  std::vector<Node*> pop_many(std::size_t count) {
    if (count > stack_.size()) refuse("takes more from the pickle's stack than is on it");
    std::vector<Node*> nodes(stack_.end() - std::ptrdiff_t(count), stack_.end());
    if (std::ranges::count(nodes, Kind::Mark, &Node::kind)) refuse("closes a pickled value early");
    stack_.resize(stack_.size() - count);
    return nodes;
  }

  bool tuple(std::size_t count) {
    auto items = pop_many(count);
    push({.kind = Kind::Tuple, .items = std::move(items)});
    return true;
  }

  bool append(std::size_t count) {
    const auto items = pop_many(count);
    auto& list = expect(top(), Kind::List)->items;
    list.insert(list.end(), items.begin(), items.end());
    return true;
  }

  bool set_items(std::size_t count) {
    const auto items = pop_many(count);
    if (count % 2) refuse("has a pickled key without its value");
    Node* dict = expect(top(), Kind::Dict);
    for (std::size_t i = 0; i < count; i += 2) dict->entries.emplace_back(items[i], items[i + 1]);
    return true;
  }

  bool name(const std::string& module, const std::string& name) {
    check_pickled_name(module + "." + name);
    push({.kind = Kind::Name, .text = module + "." + name});
    return true;
  }

  Pickle& pickle_;
  Reader in_;
  std::vector<Node*> stack_;
  std::map<std::size_t, Node*> memo_;
};

Pickle::Pickle(std::span<const std::byte>& bytes) { PickleMachine(*this, bytes).run(); }

}  // namespace pastiche
