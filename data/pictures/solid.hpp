/// Distances to simple solids, negative inside, for rays that march by them.
#pragma once

#include "paint.hpp"

namespace paint {

inline float box(Vec p, Vec half) {
  const Vec q = {std::abs(p.x) - half.x, std::abs(p.y) - half.y, std::abs(p.z) - half.z};
  return length({std::max(q.x, 0.0f), std::max(q.y, 0.0f), std::max(q.z, 0.0f)}) +
         std::min(std::max({q.x, q.y, q.z}), 0.0f);
}
/// A limb from a to b, of radius ra there and rb here.
inline float limb(Vec p, Vec a, Vec b, float ra, float rb) {
  const float t = clamp01(dot(p - a, b - a) / dot(b - a, b - a));
  return length(p - mix(a, b, t)) - mix(ra, rb, t);
}
inline float blend(float a, float b, float k) {
  const float h = std::max(k - std::abs(a - b), 0.0f) / k;
  return std::min(a, b) - 0.25f * h * h * k;
}

}  // namespace paint
