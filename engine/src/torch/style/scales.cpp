#include "style/scales.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche {
namespace {

constexpr int64_t pooled = 16;  // what four poolings by two divide by

int64_t rounded(double side, int64_t multiple) {
  return std::max<int64_t>(1, std::llround(side / double(multiple))) * multiple;
}

}  // namespace

Scale fitted(int64_t height, int64_t width, double side, int64_t multiple) {
  const double factor = side / double(std::max(height, width));
  return {.height = rounded(double(height) * factor, multiple),
          .width = rounded(double(width) * factor, multiple)};
}

double working_side(int64_t height, int64_t width, const GatysOptions& options) {
  const auto [shortest, longest] = std::minmax({double(height), double(width)});
  if (options.size == 0) return longest;
  return options.size_by == "area" ? options.size * std::sqrt(longest / shortest) : options.size;
}

std::vector<Scale> plan_scales(int64_t height, int64_t width, const GatysOptions& options) {
  std::vector<double> sides = {working_side(height, width, options)};
  // A hair below the minimum counts: 128 is the second octave under 512.
  while (sides.back() / options.scale_factor >= options.min_size * 0.99)
    sides.push_back(sides.back() / options.scale_factor);
  std::vector<Scale> scales;
  for (auto side = sides.rbegin(); side != sides.rend(); ++side) {
    scales.push_back(fitted(height, width, *side, options.tileable ? pooled : 1));
    scales.back().steps = options.steps;
  }
  if (scales.size() > 1)
    scales.front().steps = options.first_steps > 0 ? options.first_steps : 2 * options.steps;
  return scales;
}

}  // namespace pastiche
