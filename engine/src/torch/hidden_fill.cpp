#include "hidden_fill.hpp"

#include <algorithm>

namespace pastiche {

HiddenFill::HiddenFill(const Image& image) : image_(image) {
  while (levels_.empty() ? std::max(image.width, image.height) > 1 : levels_.back().rgb.size() > 3)
    add_level();
  for (std::size_t l = levels_.size(); l-- > 0;) {
    Level& level = levels_[l];
    for (int y = 0; y < level.height; ++y)
      for (int x = 0; x < level.width; ++x) {
        const std::size_t at = std::size_t(y) * std::size_t(level.width) + std::size_t(x);
        if (!level.visible[at]) guess(l + 1, x, y, &level.rgb[3 * at]);
      }
  }
}

void HiddenFill::read(int row, float* rgb) const {
  for (int x = 0; x < image_.width; ++x, rgb += 3)
    if (!see(0, x, row, rgb)) guess(0, x, row, rgb);
}

/// Of each two by two pixels of the last level the mean of what is visible.
void HiddenFill::add_level() {
  const std::size_t above = levels_.size();
  const int from_width = above == 0 ? image_.width : levels_.back().width;
  const int from_height = above == 0 ? image_.height : levels_.back().height;
  const int width = (from_width + 1) / 2, height = (from_height + 1) / 2;
  Level level = {width, height, {height, from_height, false}, {width, from_width, false}, {}, {}};
  level.rgb.reserve(std::size_t(width) * std::size_t(height) * 3);
  level.visible.reserve(std::size_t(width) * std::size_t(height));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float sum[3] = {}, rgb[3];
      int count = 0;
      for (int v = 2 * y; v < std::min(2 * y + 2, from_height); ++v)
        for (int u = 2 * x; u < std::min(2 * x + 2, from_width); ++u)
          if (see(above, u, v, rgb)) {
            ++count;
            for (int c = 0; c < 3; ++c) sum[c] += rgb[c];
          }
      for (const float part : sum) level.rgb.push_back(count > 0 ? part / float(count) : 0);
      level.visible.push_back(count > 0);
    }
  levels_.push_back(std::move(level));
}

/// The colour of a pixel of the picture (level 0) or of a smaller one, if it is visible.
bool HiddenFill::see(std::size_t level, int x, int y, float* rgb) const {
  if (level == 0) {
    const float* pixel = image_.at(x, y);
    for (int c = 0; c < 3; ++c) rgb[c] = std::clamp(pixel[c], 0.0f, 1.0f);
    return pixel[3] > 0;
  }
  const Level& from = levels_[level - 1];
  const std::size_t at = std::size_t(y) * std::size_t(from.width) + std::size_t(x);
  std::copy_n(&from.rgb[3 * at], 3, rgb);
  return from.visible[at];
}

/// The colour that the next level, which is filled, has for a pixel; black where there is none.
void HiddenFill::guess(std::size_t level, int x, int y, float* rgb) const {
  float sum[3] = {};
  if (level < levels_.size()) {
    const Level& from = levels_[level];
    for (const auto* row = from.rows.begin(y); row != from.rows.end(y); ++row)
      for (const auto* column = from.columns.begin(x); column != from.columns.end(x); ++column) {
        const float weight = row->weight * column->weight;
        const float* pixel = &from.rgb[3 * (std::size_t(row->place) * std::size_t(from.width) +
                                            std::size_t(column->place))];
        for (int c = 0; c < 3; ++c) sum[c] += weight * pixel[c];
      }
  }
  for (int c = 0; c < 3; ++c) rgb[c] = std::clamp(sum[c], 0.0f, 1.0f);
}

}  // namespace pastiche
