/// What still-life.jpg shows, and what it is made of. Units are decimetres; the table is y = 0.
#pragma once

#include "solid.hpp"

namespace table {

using namespace paint;

constexpr float wall = 3.4f;  // where the wall stands, in z

enum class Stuff { Wall, Table, Cloth, Jug, Apple, Lemon, Grape, Book, Pages, Stem };

struct Nearest {
  float distance = 1e9f;
  Stuff stuff = Stuff::Wall;
  Vec local;
  int which = 0;

  void offer(float d, Stuff s, Vec p, int n = 0) {
    if (d < distance) *this = {d, s, p, n};
  }
};

struct Flower {
  Vec centre, facing;
  float radius;
};
inline const std::vector<Flower> flowers = {
    {{-1.45f, 4.35f, -0.35f}, {-0.35f, 0.25f, -1}, 0.95f},
    {{0.05f, 5.05f, 0.05f}, {0.05f, 0.35f, -1}, 1.02f},
    {{1.05f, 4.25f, -0.25f}, {0.45f, 0.12f, -1}, 0.90f},
    {{-0.35f, 3.75f, -0.75f}, {-0.12f, -0.05f, -1}, 0.88f},
    {{-1.05f, 5.65f, 0.45f}, {-0.55f, 0.6f, -0.8f}, 0.80f},
    {{1.25f, 5.60f, 0.5f}, {0.7f, 0.5f, -0.7f}, 0.80f},
};
inline const std::vector<Vec> apples = {
    {1.45f, 0.52f, -1.25f}, {2.25f, 0.50f, -0.55f}, {0.55f, 0.50f, -1.75f}};
inline const Vec jug = {-0.25f, 0, 0.1f};

/// The jug's outer radius at height y.
inline float profile(float y) {
  const float belly = 0.98f * std::exp(-std::pow((y - 1.05f) / 1.05f, 2.0f)),
              neck = 0.46f + 0.16f * smoothstep(2.3f, 2.75f, y);
  return std::max(belly, neck) + 0.06f * smoothstep(0.12f, 0, y);
}

inline float cloth_height(float x, float z) {
  const float in = 1.7f * (x - 1.0f) + 1.1f * z + 0.35f * fbm(x * 0.8f, z * 0.8f, 3);
  const float folds = std::pow(0.5f + 0.5f * std::sin(in * 2.3f), 3.0f) *
                      (0.5f + 0.5f * noise(x * 0.5f + 3, z * 0.5f));
  return 0.05f + 0.17f * folds * smoothstep(0.7f, 2.0f, std::hypot(x - 1.2f, z + 1.1f)) +
         0.02f * fbm(x * 2.5f, z * 2.5f, 3);
}

inline Nearest nearest(Vec p) {
  Nearest near;
  near.offer(wall - p.z, Stuff::Wall, p);
  near.offer(box(p - Vec{0, -0.5f, 1}, {20, 0.5f, 4.2f}), Stuff::Table, p);
  const float edge = std::max(std::abs(0.96f * (p.x - 1.7f) + 0.26f * (p.z + 1)) - 2.5f,
                              std::abs(0.96f * (p.z + 1.1f) - 0.26f * (p.x - 1.7f)) - 1.75f);
  if (p.y < 0.5f)
    near.offer(0.55f * std::max(std::abs(p.y - cloth_height(p.x, p.z)) - 0.02f, edge), Stuff::Cloth,
               p);

  const Vec j = p - jug;
  const float ring = std::hypot(j.x, j.z);
  float body = std::max(std::abs(ring - profile(j.y) + 0.04f) - 0.04f, std::max(-j.y, j.y - 2.8f));
  const Vec h = {j.x - 0.70f, (j.y - 1.75f) / 1.35f, j.z};
  body = std::min(body, std::hypot(std::hypot(h.x, h.y) - 0.52f, h.z) - 0.085f + 0.02f * h.x);
  near.offer(0.6f * body, Stuff::Jug, j);

  for (size_t i = 0; i < apples.size(); ++i) {
    const Vec a = turn(p - apples[i], 1.1f * i);
    const float r = std::hypot(a.x - 0.1f * a.y, a.z);
    near.offer(0.75f * (length({a.x, 1.06f * a.y, a.z}) - 0.56f +
                        0.16f * std::exp(-14 * r * r) * (a.y > 0 ? 1.0f : 0.5f)),
               Stuff::Apple, a, int(i));
    if (r < 0.6f)
      near.offer(std::max(std::hypot(a.x - 0.12f * a.y * a.y, a.z) - 0.025f,
                          std::abs(a.y - 0.55f) - 0.17f),
                 Stuff::Stem, a);
  }
  const Vec l = turn(p - Vec{-1.55f, 0.37f, -1.55f}, 0.5f);
  near.offer(0.7f * (length({0.74f * l.x, l.y, l.z}) - 0.37f -
                     0.05f * std::exp(-14 * (l.y * l.y + l.z * l.z)) + 0.004f * noise(l * 18)),
             Stuff::Lemon, l);
  if (length(p - Vec{2.6f, 0.4f, -1.9f}) < 1.6f)
    for (int i = 0; i < 34; ++i) {
      const float along = lattice(i, 1), spread = 0.42f * (1.1f - 0.7f * along), y = lattice(i, 3);
      const Vec g = {2.25f + 0.85f * along + spread * (lattice(i, 2) - 0.5f),
                     0.24f + 0.48f * y * (1 - 0.6f * along),
                     -2.25f + 0.5f * along + 1.6f * spread * (lattice(i, 4) - 0.5f)};
      near.offer(length(p - g) - 0.165f - 0.03f * lattice(i, 5), Stuff::Grape, p - g, i);
    }
  for (int i = 0; i < 3; ++i) {
    const Vec b = turn(p - Vec{-2.75f, 0.20f + 0.40f * i, 0.35f}, 0.28f - 0.33f * i + 0.1f * i * i);
    const Vec half = {1.15f - 0.1f * i, 0.185f, 0.82f - 0.05f * i};
    near.offer(
        std::max(box(b, half) - 0.015f, -box(b - Vec{0.08f, 0, -0.06f}, {half.x, 0.135f, half.z})),
        Stuff::Book, b, i);
    near.offer(box(b, {half.x - 0.07f, 0.14f, half.z - 0.07f}), Stuff::Pages, b, i);
  }
  return near;
}

inline Vec jug_colour(Vec p) {
  const float a = std::atan2(p.x, -p.z), y = p.y;
  const float around = a * 5 / 3.14159f, cell = std::abs(around - std::round(around));
  const float wave = std::hypot(cell * 1.5f, (y - 1.1f) * 1.5f),
              petals = 0.42f + 0.16f * std::cos(6 * std::atan2(y - 1.1f, cell * 1.0f));
  float ink =
      smoothstep(0.065f, 0.01f, std::abs(wave - petals)) +
      smoothstep(petals * 0.55f, petals * 0.4f, wave) * (0.6f + 0.5f * noise(a * 20, y * 20));
  for (const float line : {0.22f, 0.30f, 1.95f, 2.05f, 2.62f})
    ink += smoothstep(0.032f, 0.018f, std::abs(y - line + 0.008f * noise(a * 5, y)));
  ink += smoothstep(0.05f, 0.02f, std::abs(y - 2.3f - 0.14f * std::sin(8 * a)));
  const float wash = 0.75f + 0.35f * fbm(a * 7, y * 6, 4);
  return mix(Vec{0.74f, 0.74f, 0.70f} * (0.97f + 0.06f * fbm(a * 6, y * 3, 4)),
             Vec{0.025f, 0.07f, 0.33f}, clamp01(ink) * wash);
}

struct Surface {
  Vec colour;
  float shine, tight;
};

inline Surface surface(const Nearest& hit) {
  const Vec p = hit.local;
  switch (hit.stuff) {
    case Stuff::Wall:
      return {
          mix({0.27f, 0.34f, 0.30f}, {0.46f, 0.42f, 0.30f}, 0.5f + fbm(p.x * 0.5f, p.y * 0.5f, 7)) *
              (0.9f + 0.3f * fbm(p.x * 6, p.y * 6, 5)),
          0, 1};
    case Stuff::Table: {
      const float board = std::floor(p.z / 1.3f), u = p.x * 0.35f + 9 * board,
                  v = p.z + 0.12f * fbm(u, p.z, 3);
      const float rings = std::sin(34 * v + 9 * fbm(u, 2.2f * v, 4)),
                  gap = smoothstep(0.02f, 0.05f, std::abs(p.z / 1.3f - std::round(p.z / 1.3f)));
      return {mix({0.17f, 0.075f, 0.03f}, {0.34f, 0.17f, 0.075f},
                  0.5f + 0.28f * rings + 0.5f * fbm(p.x * 3, p.z * 40, 4)) *
                  (0.3f + 0.7f * gap) * (0.85f + 0.15f * lattice(int(board), 3)),
              0.18f, 40};
    }
    case Stuff::Cloth: {
      const float u = 0.96f * (p.x - 1.7f) + 0.26f * (p.z + 1),
                  v = 0.96f * (p.z + 1.1f) - 0.26f * (p.x - 1.7f);
      const float rim = std::min(2.5f - std::abs(u), 1.75f - std::abs(v)),
                  weave = 0.92f + 0.08f * std::sin(90 * u) * std::sin(90 * v);
      const bool band = std::abs(rim - 0.35f) < 0.07f || std::abs(rim - 0.55f) < 0.03f;
      const float check = 0.5f * (std::sin(5.5f * u) > 0.35f) + 0.5f * (std::sin(5.5f * v) > 0.35f);
      return {(band ? Vec{0.42f, 0.03f, 0.035f}
                    : mix({0.72f, 0.69f, 0.62f}, {0.10f, 0.22f, 0.46f}, 0.8f * check)) *
                  weave,
              0, 1};
    }
    case Stuff::Jug:
      return {jug_colour(p), 0.9f, 160};
    case Stuff::Apple: {
      const float a = std::atan2(p.x, p.z), stripes = fbm(a * 9, p.y * 1.4f, 4),
                  blush = smoothstep(-0.5f, 0.5f, std::sin(a + hit.which) + 0.8f * stripes);
      const Vec skin = mix({0.50f, 0.42f, 0.06f}, {0.46f, 0.02f, 0.02f},
                           clamp01(0.85f * blush + 0.3f * stripes));
      const Vec speckled = noise(p * 30) > 0.72f ? mix(skin, {0.65f, 0.50f, 0.25f}, 0.5f) : skin;
      return {mix({0.25f, 0.27f, 0.05f}, speckled, smoothstep(0.04f, 0.22f, std::hypot(p.x, p.z))),
              0.5f, 60};
    }
    case Stuff::Lemon:
      return {Vec{0.80f, 0.58f, 0.03f} * (0.9f + 0.2f * fbm(p * 5, 4)), 0.35f, 40};
    case Stuff::Grape:
      return {mix({0.07f, 0.015f, 0.07f}, {0.17f, 0.11f, 0.19f},
                  smoothstep(-0.3f, 0.5f, fbm(p * 9 + Vec{float(hit.which), 0, 0}, 4))),
              0.55f, 90};
    case Stuff::Book: {
      const Vec covers[] = {{0.22f, 0.035f, 0.03f}, {0.035f, 0.12f, 0.095f}, {0.30f, 0.19f, 0.07f}};
      const bool gilt = std::abs(std::abs(p.x) - 0.75f) < 0.025f ||
                        (std::abs(p.x) < 0.4f && std::abs(p.y) < 0.05f &&
                         noise(p.x * 26, 3.0f + hit.which) > -0.1f);
      return {gilt ? Vec{0.62f, 0.42f, 0.13f} : covers[hit.which] * (0.9f + 0.4f * fbm(p * 14, 4)),
              0.15f, 25};
    }
    case Stuff::Pages:
      return {Vec{0.62f, 0.54f, 0.40f} * (0.85f + 0.25f * noise(p.x * 0.7f, p.y * 110)), 0, 1};
    case Stuff::Stem:
      return {{0.13f, 0.08f, 0.03f}, 0, 1};
  }
  return {};
}

}  // namespace table
