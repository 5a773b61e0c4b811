#pragma once

#include <vector>

#include "pastiche/image.hpp"
#include "stream/taps.hpp"

namespace pastiche {

/// A picture's colours, those under alpha 0 taken from the nearest coarser level that has visible
/// pixels (push-pull, Gortler et al. 1996). Beside the picture, which has to outlive it, it keeps
/// a third of its pixels.
class HiddenFill {
 public:
  explicit HiddenFill(const Image& image);

  /// A row {width, 3}, clamped to 0..1. By any thread.
  void read(int row, float* rgb) const;

 private:
  /// The picture at a half, a quarter and so on, down to one pixel.
  struct Level {
    int width, height;
    stream::Taps rows, columns;  ///< to the level before
    std::vector<float> rgb;
    std::vector<unsigned char> visible;
  };

  void add_level();
  bool see(std::size_t level, int x, int y, float* rgb) const;
  void guess(std::size_t level, int x, int y, float* rgb) const;

  const Image& image_;
  std::vector<Level> levels_;
};

}  // namespace pastiche
