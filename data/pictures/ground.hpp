/// The lie of the land in landscape.jpg, and where its light comes from.
/// Units are metres; y is up, the lake lies at y = 0, and we look along +z.
#pragma once

#include "paint.hpp"

namespace world {

using namespace paint;

// The light comes from further left than the sun is seen, so that more sides of things catch it.
inline const Vec sun_seen = normalize({-0.10f, 0.195f, 1});
inline const Vec sun_from = normalize({-0.82f, 0.50f, 0.42f});
inline const Vec sunlight = Vec{1.0f, 0.80f, 0.55f} * 3.4f;
inline const Vec skylight = Vec{0.40f, 0.56f, 0.85f} * 0.75f;

inline float bump(float x, float z, float cx, float cz, float rx, float rz) {
  const float u = (x - cx) / rx, v = (z - cz) / rz;
  return std::exp(-u * u - v * v);
}

/// Ridges for the far range: noise folded at zero, finer where it is already high.
inline float ridges(float x, float z, int octaves) {
  float sum = 0, weight = 0.5f, before = 1;
  for (; octaves > 0; --octaves, weight *= 0.5f) {
    const float fold = 1 - std::abs(noise(x, z));
    before = fold * fold * std::min(1.0f, 1.4f * before);
    sum += weight * before;
    const float turned = 1.6f * x + 1.2f * z + 3.7f;
    z = 1.6f * z - 1.2f * x + 9.2f;
    x = turned;
  }
  return sum;
}

/// Height of the ground.
inline float ground(float x, float z, int octaves) {
  const float u = (x + 10) / 165, v = (z - 172) / 150;
  const float shore = u * u + v * v - 1;
  float h = 6.5f * std::clamp(shore, -1.0f, 2.0f) +
            1.4f * fbm(x / 23, z / 23, std::min(octaves, 5)) + 0.1f;
  h += 17 * bump(x, z, 58, 114, 48, 24) + 13 * bump(x, z, -92, 150, 42, 42) +
       7 * bump(x, z, -20, 330, 90, 30);
  const float hills = smoothstep(280, 1100, z + 0.35f * std::abs(x));
  if (hills > 0)
    h += hills *
         (70 + 170 * fbm(x / 420 + 3, z / 420, std::min(octaves, 6)) + 60 * std::abs(x) / 500);
  const float range = smoothstep(1300, 4600, z + 0.25f * std::abs(x));
  if (range > 0) {
    const float valley = 0.42f + 0.58f * smoothstep(-100, 2300, std::abs(x + 250));
    h += range * valley * 1750 * ridges(x / 2300 + 4.1f, z / 2300 + 1.3f, octaves);
  }
  return h;
}

inline Vec ground_normal(float x, float z, float step, int octaves) {
  return normalize({ground(x - step, z, octaves) - ground(x + step, z, octaves), 2 * step,
                    ground(x, z - step, octaves) - ground(x, z + step, octaves)});
}

/// Distance along the ray to the ground, or `far`.
inline float meet_ground(Vec o, Vec d, float near, float far) {
  float t = near;
  for (int i = 0; i < 260 && t < far; ++i) {
    const Vec p = o + d * t;
    if (p.y > 1500 && d.y > 0) return far;
    const float above = p.y - ground(p.x, p.z, t < 60 ? 7 : 9);
    if (above < 0.0008f * t) return t;
    t += std::max(0.42f * above, 0.0012f * t);
  }
  return t < far ? t : far;
}

}  // namespace world
