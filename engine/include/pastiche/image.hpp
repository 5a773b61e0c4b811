#pragma once

#include <cstddef>
#include <vector>

namespace pastiche {

/// A picture between files, GIMP and the engine: rows of RGBA float from the
/// top left, sRGB-encoded, straight alpha. Nominal range 0..1; colours outside
/// it (wide gamuts) are carried, not clamped.
struct Image {
  static constexpr int channels = 4;

  int width = 0;
  int height = 0;
  std::vector<float> pixels;

  Image() = default;

  /// All zero: transparent black.
  Image(int width, int height)
      : width(width), height(height), pixels(std::size_t(width) * height * channels) {}

  bool empty() const { return pixels.empty(); }
  float* at(int x, int y) { return pixels.data() + (std::size_t(y) * width + x) * channels; }
  const float* at(int x, int y) const {
    return pixels.data() + (std::size_t(y) * width + x) * channels;
  }
};

}  // namespace pastiche
