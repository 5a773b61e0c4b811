#include "pastiche/prediction.hpp"

#include <format>

#include "backend.hpp"

namespace pastiche {

Sizes sizes_of(const Pictures& pictures) {
  Sizes sizes;
  for (const auto& [input, images] : pictures)
    for (const Image& image : images) sizes[input].push_back({image.width, image.height});
  return sizes;
}

Prediction predict(const Filter& filter, const Sizes& sizes, const Settings& settings) {
  for (const Input& input : filter.inputs) {
    const auto found = sizes.find(input.name);
    const std::size_t count = found == sizes.end() ? 0 : found->second.size();
    if (int(count) < input.min)
      throw Error(Error::Kind::BadImage,
                  std::string(filter.name) + " got " + std::to_string(count) + " " + input.name +
                      " picture(s), but takes at least " + std::to_string(input.min) + ".");
  }
  return backend().predict(filter, sizes, settings);
}

std::string print_seconds(double seconds) {
  constexpr double minute = 60, hour = 3600;
  if (seconds < 9.95) return std::format("{:.1f} s", seconds);
  if (seconds < 1.5 * minute) return std::format("{:.0f} s", seconds);
  if (seconds < 1.5 * hour) return std::format("{:.0f} min", seconds / minute);
  return std::format("{:.1f} h", seconds / hour);
}

std::string print_bytes(std::size_t bytes) {
  constexpr double mebi = 1024 * 1024;
  const double amount = double(bytes) / mebi;
  return amount < 1000 ? std::format("{:.0f} MiB", amount)
                       : std::format("{:.1f} GiB", amount / 1024);
}

}  // namespace pastiche
