/// Things that stand in the valley of landscape.jpg: houses, a walker, stones, a landing stage, a
/// boat.
#pragma once

#include "ground.hpp"
#include "solid.hpp"

namespace world {

enum class Stuff { Wall, Roof, Spire, Stone, Wood, Hull, Sail, Coat, Skin, Hair, Hat, Scarf };

struct Nearest {
  float distance = 1e9f;
  Stuff stuff = Stuff::Stone;
  Vec local;      // where in the thing's own frame
  int which = 0;  // which house or stone

  void offer(float d, Stuff s, Vec p, int n = 0) {
    if (d < distance) *this = {d, s, p, n};
  }
};

struct House {
  float x, z, turned;
  Vec half;     // half width, wall height, half length
  float pitch;  // rise of the roof's ridge above the walls
  Vec wall, roof;
};

inline const std::vector<House> houses = {
    {38, 98, 0.35f, {3.4f, 4.6f, 4.8f}, 3.6f, {0.80f, 0.72f, 0.58f}, {0.42f, 0.13f, 0.07f}},
    {48, 104, -0.9f, {3.2f, 3.6f, 4.4f}, 3.2f, {0.72f, 0.60f, 0.44f}, {0.34f, 0.14f, 0.09f}},
    {57, 99, 0.2f, {3.6f, 5.6f, 5.2f}, 4.0f, {0.86f, 0.82f, 0.74f}, {0.40f, 0.11f, 0.06f}},
    {30, 106, 1.2f, {2.8f, 3.2f, 3.8f}, 2.8f, {0.62f, 0.66f, 0.62f}, {0.24f, 0.16f, 0.13f}},
    {66, 106, -0.3f, {3.3f, 4.4f, 4.6f}, 3.6f, {0.78f, 0.56f, 0.42f}, {0.30f, 0.12f, 0.09f}},
    {49, 116, 1.45f, {4.0f, 6.6f, 8.0f}, 5.4f, {0.84f, 0.80f, 0.72f}, {0.27f, 0.15f, 0.12f}},
    {41, 115.5f, 1.45f, {2.2f, 14.0f, 2.2f}, 8.0f, {0.82f, 0.78f, 0.70f}, {0.17f, 0.22f, 0.22f}},
};
constexpr int tower = 6;

inline void add_house(Nearest& near, Vec p, int n) {
  const House& h = houses[n];
  p = turn(p - Vec{h.x, ground(h.x, h.z, 5) - 0.4f, h.z}, h.turned);
  const float across = std::abs(p.x), up = p.y - h.half.y;
  near.offer(box(p - Vec{0, 0.5f * h.half.y, 0}, {h.half.x, 0.5f * h.half.y, h.half.z}),
             Stuff::Wall, p, n);
  const float run = std::hypot(h.pitch, h.half.x), c = h.half.x / run, s = h.pitch / run;
  if (n == tower) {
    const float side = std::max(across, std::abs(p.z)) * s + (up - h.pitch) * c;
    near.offer(std::max(side, -up), Stuff::Spire, p, n);
    return;
  }
  const float slope = across * s + (up - h.pitch) * c;
  const float gable = std::max({slope, std::abs(p.z) - h.half.z, -up});
  near.offer(gable, Stuff::Wall, p, n);
  const float slab = std::max({slope - 0.28f, -slope, std::abs(p.z) - h.half.z - 0.5f, -up - 0.5f});
  near.offer(slab, Stuff::Roof, p, n);
  const Vec stack = p - Vec{0.4f * h.half.x, h.half.y + h.pitch, -0.4f * h.half.z};
  near.offer(box(stack, {0.45f, 1.2f, 0.45f}), Stuff::Stone, p, n);
}

inline const Vec figure = {1.75f, 0, 8.6f};

/// A walker with a wide hat, a long coat and a staff, seen from behind.
inline void add_figure(Nearest& near, Vec p) {
  p = turn(p - Vec{figure.x, ground(figure.x, figure.z, 7), figure.z}, -0.30f);
  const float around = std::atan2(p.x, p.z);
  const float folds = 0.022f * std::sin(11 * around + 3 * p.y) * smoothstep(1.15f, 0.3f, p.y);
  const float skirt =
      limb({p.x, p.y, 1.15f * p.z}, {0.03f, 0.38f, 0}, {0, 1.02f, 0}, 0.27f, 0.135f) + folds;
  const float chest = limb({p.x, p.y, 1.3f * p.z}, {0, 1.02f, 0}, {0, 1.30f, 0}, 0.15f, 0.185f);
  float coat = blend(std::max(skirt, 0.24f - p.y), chest, 0.12f);
  coat = blend(coat, limb(p, {0.19f, 1.37f, 0}, {0.30f, 1.10f, 0.04f}, 0.075f, 0.06f), 0.05f);
  coat = std::min(coat, limb(p, {0.30f, 1.10f, 0.04f}, {0.40f, 1.13f, 0.26f}, 0.06f, 0.045f));
  coat = blend(coat, limb(p, {-0.19f, 1.37f, 0}, {-0.29f, 1.08f, -0.02f}, 0.075f, 0.06f), 0.05f);
  coat = std::min(coat, limb(p, {-0.29f, 1.08f, -0.02f}, {-0.30f, 0.84f, 0.06f}, 0.06f, 0.045f));
  near.offer(0.8f * coat, Stuff::Coat, p);
  for (const float side : {-0.09f, 0.11f})
    near.offer(limb(p, {side, -0.1f, 0.02f}, {side, 0.4f, 0}, 0.07f, 0.08f), Stuff::Hair, p);
  near.offer(
      std::min(length(p - Vec{0.41f, 1.14f, 0.30f}), length(p - Vec{-0.30f, 0.80f, 0.07f})) - 0.05f,
      Stuff::Skin, p);
  near.offer(blend(length(p - Vec{0, 1.58f, 0.01f}) - 0.105f,
                   limb(p, {0, 1.40f, -0.07f}, {0, 1.55f, -0.05f}, 0.05f, 0.09f), 0.04f),
             Stuff::Hair, p);
  const Vec hat = p - Vec{0, 1.64f, 0};
  const float ring = std::hypot(hat.x, hat.z);
  const float brim =
      std::max(ring - 0.235f, std::abs(hat.y + 0.9f * ring * ring - 0.3f * hat.z * hat.x) - 0.012f);
  near.offer(0.8f * std::min(brim, std::max(ring - 0.115f + 0.12f * hat.y,
                                            std::abs(hat.y - 0.06f) - 0.065f)),
             Stuff::Hat, p);
  const float wrap = std::hypot(std::hypot(p.x, 1.1f * p.z) - 0.085f, p.y - 1.435f) - 0.048f;
  const Vec tail = p - Vec{0, 0.03f * std::sin(14 * p.x), 0.03f * std::sin(11 * p.x)};
  const float flying = limb({tail.x, tail.y, 2.2f * tail.z}, {0.05f, 1.43f, -0.16f},
                            {0.50f, 1.32f, -0.5f}, 0.045f, 0.075f);
  near.offer(0.6f * std::min(wrap, flying), Stuff::Scarf, p);
  near.offer(limb(p, {0.44f, -0.1f, 0.36f}, {0.40f, 1.52f, 0.28f}, 0.018f, 0.022f), Stuff::Wood, p);
}

inline const std::vector<Vec> stones = {
    // x, radius, z
    {-3.2f, 0.55f, 15.5f}, {-1.9f, 0.35f, 16.6f}, {4.6f, 0.7f, 17.5f}, {6.0f, 1.1f, 19.6f},
    {8.3f, 0.6f, 18.6f},   {-6.4f, 1.0f, 22.5f},  {0.6f, 0.5f, 23.0f}, {11.5f, 0.9f, 23.0f},
    {-12.0f, 1.2f, 26.0f}, {3.4f, 0.45f, 25.5f},
};

inline void add_stone(Nearest& near, Vec p, int n) {
  const Vec s = stones[n];
  p = p - Vec{s.x, std::max(ground(s.x, s.z, 5), -0.2f) + 0.1f * s.y, s.z};
  const float rough = 0.22f * s.y * fbm(p * (1.6f / s.y) + Vec{float(n), 0, 0}, 5);
  near.offer(0.7f * (length({p.x, 1.5f * p.y, p.z}) - s.y + rough), Stuff::Stone, p, n);
}

/// A landing stage on posts, from the near shore out onto the lake.
inline void add_stage(Nearest& near, Vec p) {
  p = turn(p - Vec{-2.6f, 0.75f, 27}, 0.22f);
  const float gap = std::abs(p.z / 0.32f - std::round(p.z / 0.32f)) * 0.32f;
  near.offer(std::max(box(p, {0.9f, 0.05f, 8}), gap < 0.02f ? 0.02f - gap : -1), Stuff::Wood, p);
  const float along = std::clamp(std::round(p.z / 2.6f) * 2.6f, -7.8f, 7.8f);
  near.offer(
      limb({std::abs(p.x), p.y, p.z - along}, {0.88f, -2, 0}, {0.88f, 0.55f, 0}, 0.09f, 0.09f),
      Stuff::Wood, p);
}

constexpr Vec boat = {5.5f, 0, 58};

/// A sailing dinghy.
inline void add_boat(Nearest& near, Vec p) {
  p = turn(p - boat, 0.9f);
  const Vec q = {p.x / 0.85f, (p.y - 0.55f) / 0.75f, p.z / 2.5f};
  near.offer(0.6f * std::max(length(q) - 1, p.y - 0.5f - 0.03f * p.z * p.z), Stuff::Hull, p);
  near.offer(limb(p, {0, 0, 0.5f}, {0, 6.4f, 0.35f}, 0.07f, 0.04f), Stuff::Wood, p);
  const float belly = std::abs(p.x - 0.25f + 0.05f * (p.z + 1.2f) * (p.z + 1.2f)) - 0.02f;
  const float main =
      std::max({p.z - 0.38f, 1.0f - p.y, 0.93f * (-p.z + 0.38f) + 0.46f * (p.y - 6.3f)});
  const float jib =
      std::max({0.45f - p.z, 0.9f - p.y, 0.90f * (p.z - 0.45f) + 0.42f * (p.y - 5.4f)});
  near.offer(0.7f * std::max(belly, std::min(main, jib)), Stuff::Sail, p);
}

inline bool passes(Vec o, Vec d, Vec centre, float radius) {
  const Vec c = centre - o;
  const float along = std::max(0.0f, dot(c, d));
  return length(c - d * along) < radius;
}

/// Which of the things a ray may meet, so that marching looks only at those.
struct Candidates {
  Candidates(Vec o, Vec d) {
    for (size_t i = 0; i < houses.size(); ++i)
      if (passes(o, d, {houses[i].x, 19, houses[i].z}, int(i) == tower ? 22.0f : 15.0f))
        houses_met |= 1U << i;
    for (size_t i = 0; i < stones.size(); ++i)
      if (passes(o, d, {stones[i].x, 0.5f, stones[i].z}, 1.5f * stones[i].y + 1.0f))
        stones_met |= 1U << i;
    walker = passes(o, d, {figure.x, 2.6f, figure.z}, 1.9f);
    sails = passes(o, d, boat + Vec{0, 3, 0}, 4.6f);
    stage = passes(o, d, {-2.6f, 0.4f, 27}, 8.8f);
  }
  bool any() const { return houses_met || stones_met || walker || stage || sails; }
  Nearest nearest(Vec p) const {
    Nearest near;
    for (size_t i = 0; i < houses.size(); ++i)
      if (houses_met >> i & 1) add_house(near, p, int(i));
    for (size_t i = 0; i < stones.size(); ++i)
      if (stones_met >> i & 1) add_stone(near, p, int(i));
    if (walker) add_figure(near, p);
    if (sails) add_boat(near, p);
    if (stage) add_stage(near, p);
    return near;
  }

  unsigned houses_met = 0, stones_met = 0;
  bool walker, stage, sails;
};

inline float meet_things(const Candidates& things, Vec o, Vec d, float near, float far) {
  if (!things.any()) return far;
  float t = near;
  for (int i = 0; i < 160 && t < far && t < 170; ++i) {
    const float step = things.nearest(o + d * t).distance;
    if (step < 0.0004f * t) return t;
    t += step;
  }
  return far;
}

}  // namespace world
