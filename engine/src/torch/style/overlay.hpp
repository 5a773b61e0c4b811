#pragma once

#include <torch/torch.h>

#include <atomic>

#include "pastiche/image.hpp"

namespace pastiche {

/// Lays what was painted over the picture it was painted from, row by row, by any thread. What is
/// transparent keeps its own colours.
class Overlay {
 public:
  struct How {
    float strength = 1;      ///< share of what was painted
    bool luminance = false;  ///< as in keep_colour(): its luma under the picture's own chroma
    bool hidden = false;     ///< what is transparent is painted over, too
  };

  /// Sets `broken` when something laid is no finite number. REQUIRES: both outlive it.
  Overlay(Image& picture, std::atomic<bool>& broken, const How& how)
      : picture_(picture), broken_(broken), how_(how) {}

  /// A row of red, green and blue, about 0..1.
  void lay(int row, const float* const rgb[3]);

  /// A part of the picture, {1, 3, rows, columns} float32 on the CPU.
  void lay(int64_t top, int64_t left, const torch::Tensor& rgb);

 private:
  void lay(int row, int left, int count, const float* const rgb[3]);
  void blend(const float painted[3], float* pixel) const;

  Image& picture_;
  std::atomic<bool>& broken_;
  const How how_;
};

}  // namespace pastiche
