#include "store/deep_compression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "store/mapped_file.hpp"
#include "text.hpp"

// Layout, little-endian: for each convolution the number of its stored entries (uint32); then for
// each its codebook (256 float32), biases (float32), a code (uint8) for each entry, and the gaps
// before them (4 bits, the low half of a byte first). Entry i lies at the sum of (gap + 1) over the
// entries up to it, less 1, in the weights as {out, in, side, side}; places between are
// codebook[0].

namespace pastiche {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t codes = 256;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

struct Convolution {
  std::string name;
  Shape shape;

  std::size_t weights() const { return *element_count(shape); }
};

/// SqueezeNet 1.0 (Iandola et al. 2016, table 1), in the file's order.
std::vector<Convolution> convolutions() {
  std::vector<Convolution> all = {{"conv1", {96, 3, 7, 7}}};
  std::int64_t in = 96;
  const auto add = [&](int fire, std::int64_t squeeze, std::int64_t expand) {
    const std::string name = "fire" + std::to_string(fire);
    all.push_back({name + "_squeeze", {squeeze, in, 1, 1}});
    all.push_back({name + "_expand1", {expand, squeeze, 1, 1}});
    all.push_back({name + "_expand3", {expand, squeeze, 3, 3}});
    in = 2 * expand;
  };
  for (int fire = 2; fire <= 9; ++fire) add(fire, 16 * (fire / 2), 64 * (fire / 2));
  all.push_back({"conv_final", {1000, in, 1, 1}});
  return all;
}

template <class T>
T read(Bytes bytes, std::size_t index = 0) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

/// Bytes of one convolution behind the counts.
std::size_t length_of(const Convolution& conv, std::size_t entries) {
  return sizeof(float) * (codes + std::size_t(conv.shape[0])) + entries + (entries + 1) / 2;
}

std::vector<float> floats(Bytes bytes, std::size_t count, const std::string& what) {
  std::vector<float> values(count);
  std::memcpy(values.data(), bytes.data(), count * sizeof(float));
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
    refuse("has a number that is not finite among the " + what);
  return values;
}

/// REQUIRES: `part` is as long as length_of() says.
void unpack(const Convolution& conv, std::size_t entries, Bytes part, StateDict& state) {
  const std::vector<float> codebook = floats(part, codes, conv.name + " codebook");
  part = part.subspan(codes * sizeof(float));
  const auto outputs = std::size_t(conv.shape[0]);
  const std::vector<float> biases = floats(part, outputs, conv.name + " biases");
  part = part.subspan(outputs * sizeof(float));
  std::vector<float> weights(conv.weights(), codebook[0]);
  std::size_t next = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    const auto two = std::to_integer<unsigned>(part[entries + i / 2]);
    next += i % 2 ? two >> 4 : two & 15;
    if (next >= weights.size())
      refuse("puts entry " + std::to_string(i + 1) + " of " + conv.name + " beyond its " +
             std::to_string(weights.size()) + " weights");
    weights[next++] = codebook[std::to_integer<std::size_t>(part[i])];
  }
  state[conv.name + ".weight"] = {conv.shape, [weights] { return weights; }};
  state[conv.name + ".bias"] = {{conv.shape[0]}, [biases] { return biases; }};
}

}  // namespace

bool is_deep_compression(Bytes file) {
  const auto all = convolutions();
  if (file.size() < all.size() * sizeof(std::uint32_t)) return false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto entries = read<std::uint32_t>(file, i);
    if (entries == 0 || entries > all[i].weights()) return false;
  }
  return true;
}

StateDict open_deep_compression(const std::filesystem::path& path) {
  const MappedFile mapped(path);
  const Bytes file = mapped.bytes();
  if (!is_deep_compression(file)) refuse("does not start as a SqueezeNet of Deep Compression does");
  const auto all = convolutions();
  std::size_t begin = all.size() * sizeof(std::uint32_t), end = begin;
  for (std::size_t i = 0; i < all.size(); ++i)
    end += length_of(all[i], read<std::uint32_t>(file, i));
  if (file.size() != end)
    refuse("starts as a SqueezeNet of Deep Compression does, but has " +
           std::to_string(file.size()) + " bytes instead of " + std::to_string(end));
  StateDict state;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto entries = read<std::uint32_t>(file, i);
    const std::size_t length = length_of(all[i], entries);
    unpack(all[i], entries, file.subspan(begin, length), state);
    begin += length;
  }
  state["input.weight"] = {{3, 3, 1, 1},
                           [] { return std::vector<float>{0, 0, 255, 0, 255, 0, 255, 0, 0}; }};
  state["input.bias"] = {{3}, [] { return std::vector<float>{-104, -117, -123}; }};
  return state;
}

std::map<std::string, Shape> deep_compression_shapes() {
  std::map<std::string, Shape> shapes = {{"input.weight", {3, 3, 1, 1}}, {"input.bias", {3}}};
  for (const Convolution& conv : convolutions()) {
    shapes[conv.name + ".weight"] = conv.shape;
    shapes[conv.name + ".bias"] = {conv.shape[0]};
  }
  return shapes;
}

}  // namespace pastiche
