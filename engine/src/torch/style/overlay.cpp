#include "style/overlay.hpp"

#include <algorithm>
#include <cmath>

#include "tensor_image.hpp"

namespace pastiche {

void Overlay::lay(int row, const float* const rgb[3]) { lay(row, 0, picture_.width, rgb); }

void Overlay::lay(int64_t top, int64_t left, const torch::Tensor& rgb) {
  const torch::Tensor planes = rgb.contiguous();
  const int64_t rows = planes.size(2), columns = planes.size(3);
  at::parallel_for(0, rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const float* line = planes.data_ptr<float>() + row * columns;
      const float* const channels[3] = {line, line + rows * columns, line + 2 * rows * columns};
      lay(int(top + row), int(left), int(columns), channels);
    }
  });
}

void Overlay::lay(int row, int left, int count, const float* const rgb[3]) {
  float* pixel = picture_.at(left, row);
  for (int x = 0; x < count; ++x, pixel += Image::channels) {
    float painted[3];
    for (int c = 0; c < 3; ++c) {
      if (!std::isfinite(rgb[c][x])) broken_ = true;
      painted[c] = std::clamp(rgb[c][x], 0.0f, 1.0f);
    }
    if (how_.hidden || pixel[3] > 0) blend(painted, pixel);
  }
}

void Overlay::blend(const float painted[3], float* pixel) const {
  float lighter = 0;
  for (int c = 0; c < 3; ++c) {
    pixel[c] = std::clamp(pixel[c], 0.0f, 1.0f);
    lighter += luma_weights[c] * (painted[c] - pixel[c]);
  }
  for (int c = 0; c < 3; ++c) {
    const float colour = how_.luminance ? std::clamp(pixel[c] + lighter, 0.0f, 1.0f) : painted[c];
    pixel[c] = (1 - how_.strength) * pixel[c] + how_.strength * colour;
  }
}

}  // namespace pastiche
