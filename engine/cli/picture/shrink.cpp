#include "picture/shrink.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche::cli {
namespace {

/// Each row averaged down to `width` and laid as a column, colours counting by their alpha; done
/// twice, a picture stands upright again.
Image shrunk_and_turned(const Image& image, int width) {
  Image turned(image.height, width);
  const double step = double(image.width) / width;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < width; ++x) {
      const double begin = x * step, end = begin + step;
      double sum[Image::channels] = {};
      for (int i = int(begin); i < std::min(image.width, int(std::ceil(end))); ++i) {
        const double share = std::min<double>(i + 1, end) - std::max<double>(i, begin);
        const float* from = image.at(i, y);
        for (int c = 0; c < 3; ++c) sum[c] += share * from[3] * from[c];
        sum[3] += share * from[3];
      }
      float* to = turned.at(y, x);
      for (int c = 0; c < 3; ++c) to[c] = sum[3] > 0 ? float(sum[c] / sum[3]) : 0;
      to[3] = float(sum[3] / step);
    }
  return turned;
}

}  // namespace

Image shrunk(const Image& image, int longest) {
  const int side = std::max(image.width, image.height);
  if (side <= longest) return image;
  const auto scaled = [&](int of) {
    return std::max(1, int(std::lround(double(of) * longest / side)));
  };
  return shrunk_and_turned(shrunk_and_turned(image, scaled(image.width)), scaled(image.height));
}

}  // namespace pastiche::cli
