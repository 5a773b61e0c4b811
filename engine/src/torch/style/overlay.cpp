#include "style/overlay.hpp"

#include <algorithm>
#include <cmath>

#include "tensor_image.hpp"

namespace pastiche {

void Overlay::lay(int row, const float* const rgb[3]) {
  float* pixel = picture_.at(0, row);
  for (int x = 0; x < picture_.width; ++x, pixel += Image::channels) {
    float painted[3];
    for (int c = 0; c < 3; ++c) {
      if (!std::isfinite(rgb[c][x])) broken_ = true;
      painted[c] = std::clamp(rgb[c][x], 0.0f, 1.0f);
    }
    if (how_.hidden || pixel[3] > 0) blend(painted, pixel);
  }
}

void Overlay::lay(int64_t first, const torch::Tensor& rgb) {
  const torch::Tensor planes = rgb.contiguous();
  const int64_t rows = planes.size(2), width = planes.size(3);
  for (int64_t row = 0; row < rows; ++row) {
    const float* line = planes.data_ptr<float>() + row * width;
    const float* const channels[3] = {line, line + rows * width, line + 2 * rows * width};
    lay(int(first + row), channels);
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
