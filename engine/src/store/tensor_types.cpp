#include "store/tensor_types.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace pastiche {
namespace {

struct Row {
  DType dtype;
  std::size_t size;
  const char* name;
  const char* storage;
};

constexpr Row rows[] = {
    {DType::F32, 4, "F32", "FloatStorage"},      {DType::F16, 2, "F16", "HalfStorage"},
    {DType::BF16, 2, "BF16", "BFloat16Storage"}, {DType::F64, 8, "F64", "DoubleStorage"},
    {DType::I64, 8, "I64", "LongStorage"},       {DType::I32, 4, "I32", "IntStorage"},
    {DType::U8, 1, "U8", "ByteStorage"},
};

const Row& row(DType dtype) { return rows[std::size_t(dtype)]; }

/// IEEE 754 binary16.
float from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const float fraction = float(bits & 0x3ff) / 1024;
  float value = exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15);
  if (exponent == 0x1f)
    value = fraction == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  return bits & 0x8000 ? -value : value;
}

float from_bfloat16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t(bits) << 16); }

template <class T, class Convert>
std::vector<float> convert(std::span<const std::byte> bytes, Convert to_float) {
  std::vector<float> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;  // copied out: the bytes need not be aligned
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = to_float(value);
  }
  return values;
}

}  // namespace

std::size_t size_of(DType dtype) { return row(dtype).size; }
const char* name_of(DType dtype) { return row(dtype).name; }

std::optional<DType> dtype_named(std::string_view name) {
  for (const Row& row : rows)
    if (name == row.name) return row.dtype;
  return std::nullopt;
}

std::optional<DType> dtype_of_storage(std::string_view name) {
  for (const Row& row : rows)
    if (name == row.storage) return row.dtype;
  return std::nullopt;
}

std::vector<std::string> dtype_names() {
  std::vector<std::string> names;
  for (const Row& row : rows) names.emplace_back(row.name);
  return names;
}

std::optional<std::size_t> element_count(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape)
    if (size < 0 || __builtin_mul_overflow(count, std::size_t(size), &count)) return std::nullopt;
  return count;
}

std::string shape_text(const Shape& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text.empty() ? "a single number" : text;
}

std::vector<float> to_floats(DType dtype, std::span<const std::byte> bytes) {
  const auto as_is = [](auto value) { return float(value); };
  switch (dtype) {
    case DType::F32:
      return convert<float>(bytes, as_is);
    case DType::F16:
      return convert<std::uint16_t>(bytes, from_half);
    case DType::BF16:
      return convert<std::uint16_t>(bytes, from_bfloat16);
    case DType::F64:
      return convert<double>(bytes, as_is);
    case DType::I64:
      return convert<std::int64_t>(bytes, as_is);
    case DType::I32:
      return convert<std::int32_t>(bytes, as_is);
    case DType::U8:
      return convert<std::uint8_t>(bytes, as_is);
  }
  return {};
}

}  // namespace pastiche
