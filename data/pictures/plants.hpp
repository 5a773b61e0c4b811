/// What grows low in landscape.jpg, each blade and petal a stroke; and gulls.
#pragma once

#include "light.hpp"

namespace world {

using Shape = Stroke::Shape;

/// Where strokes go: the frame, its camera, and whether it shows the valley upside down in the
/// lake.
struct Easel {
  Frame& frame;
  const Camera& camera;
  bool mirrored;

  void put(Shape shape, Vec a, Vec b, float width, Vec light, Random& random) const {
    const Vec middle = (a + b) * 0.5f;
    const Vec way =
        middle - Vec{camera.eye.x, mirrored ? -camera.eye.y : camera.eye.y, camera.eye.z};
    light = hazed(light, normalize(way), length(way));
    if (mirrored) {
      if (middle.y < 0) return;
      a.y = -a.y;
      b.y = -b.y;
    }
    paint::put(frame, camera, {shape, a, b, width, light}, random);
  }
  /// Height in samples of something `size` tall at p; 0 when it is out of sight.
  float samples(Vec p, float size) const {
    const Vec d = p - camera.eye;
    if (d.z < 1 || std::abs(d.x) > 0.66f * d.z + 2 * size) return 0;
    return size * camera.focal * frame.width / d.z;
  }
};

/// Light from a leaf that faces n: lit from the front, shining through from behind.
inline Vec leaf_light(Vec green, Vec n, float sun, float open) {
  const float facing = dot(n, sun_from);
  const Vec through = green * Vec{1.5f, 1.25f, 0.35f};
  return (green * std::max(facing, 0.0f) + through * (0.55f * std::max(-facing, 0.0f) + 0.12f)) *
             sunlight * sun +
         green * skylight * open;
}

inline Vec grass_green(float x, float z) {
  const float dry = smoothstep(-0.3f, 0.5f, fbm(x / 3.1f, z / 3.1f + 8, 4));
  return mix({0.062f, 0.112f, 0.024f}, {0.20f, 0.175f, 0.060f}, 0.85f * dry);
}

/// Blades from `near` on to nine times as far, most of them far; coarser ones of `size`.
inline void draw_grass(const Easel& easel, int count, float near, float size) {
  Random random{11};
  for (int i = 0; i < count; ++i) {
    const float z = near * std::pow(9.0f, std::sqrt(random()) * random(0.85f, 1)),
                x = z * random(-0.68f, 0.68f);
    const float y = ground(x, z, 7), rank = fbm(x / 2.2f, z / 2.2f, 3);
    const bool path = std::abs(x - 1.2f - 1.3f * std::sin(z * 0.25f)) < 0.45f + 0.2f * rank;
    if (y < 0.12f || (path && random() < 0.93f)) continue;
    const Vec root = {x, y, z};
    const float tall = size * random(0.10f, 0.34f) * (1 + 0.9f * rank) * (path ? 0.4f : 1),
                lean = 0.75f * tall;
    const Vec middle =
        root + Vec{lean * random(-0.3f, 0.5f), 0.6f * tall, lean * random(-0.4f, 0.4f)};
    const Vec tip =
        middle + Vec{lean * random(-0.2f, 0.9f), 0.4f * tall, lean * random(-0.5f, 0.5f)};
    const float sun = sun_at(root + Vec{0, 0.6f * tall, 0}, 8),
                width = size * random(0.006f, 0.013f) + 0.0005f * z;
    const Vec green = grass_green(x, z) * random(0.7f, 1.35f), n = random.direction();
    easel.put(Shape::Stick, root, middle, width, leaf_light(green * 0.55f, n, sun, 0.5f), random);
    easel.put(Shape::Blade, middle, tip, width, leaf_light(green * 1.25f, n, sun, 1), random);
  }
}

inline void draw_flowers(const Easel& easel) {
  Random random{23};
  const Vec colours[] = {
      {0.75f, 0.05f, 0.03f}, {0.85f, 0.80f, 0.70f}, {0.85f, 0.55f, 0.04f}, {0.20f, 0.18f, 0.65f}};
  for (int i = 0; i < 4600; ++i) {
    const float z = 4.5f * std::pow(4.0f, random()), x = z * random(-0.68f, 0.68f),
                y = ground(x, z, 7);
    const int kind = int(random() * 4);
    if (y < 0.3f || fbm(x / 2.7f + 9.0f * kind, z / 2.7f, 3) < 0.17f) continue;
    const Vec head = {x + random(-0.1f, 0.1f), y + random(0.2f, 0.5f), z};
    const float sun = sun_at(head, 8), size = random(0.016f, 0.032f);
    easel.put(Shape::Stick, {x, y, z}, head, 0.008f,
              leaf_light({0.08f, 0.15f, 0.03f}, {0, 1, 0}, sun, 0.7f), random);
    for (int petal = 0; petal < 5; ++petal) {
      const float a = 1.2566f * petal + x;
      const Vec out = Vec{std::cos(a), 0.45f * std::sin(a) + 0.2f, std::sin(a)} * (1.7f * size);
      const Vec n = normalize(Vec{-out.x, 2 * size, -out.z});
      easel.put(Shape::Leaf, head, head + out, 1.3f * size,
                leaf_light(colours[kind] * random(0.75f, 1.1f), n, sun, 1), random);
    }
    easel.put(Shape::Stick, head, head + Vec{0, 0.004f, 0}, 0.7f * size,
              leaf_light({0.5f, 0.32f, 0.03f}, {0, 1, 0}, sun, 1), random);
  }
}

inline void draw_reeds(const Easel& easel) {
  Random random{31};
  for (int i = 0; i < 60000; ++i) {
    const float z = random(16, 46), x = random(-34, 34), y = ground(x, z, 7);
    if (y < -0.55f || y > 0.10f || fbm(x / 6 + 5, z / 6, 3) < 0.06f || std::abs(x + 1.6f) < 3.2f)
      continue;
    const Vec root = {x, std::max(y, -0.05f), z},
              lean = {random(-0.1f, 0.32f), 0, random(-0.2f, 0.2f)};
    const float tall = random(0.5f, 1.5f), sun = sun_at(root + Vec{0, tall, 0}, 15);
    const Vec green = mix({0.10f, 0.14f, 0.03f}, {0.30f, 0.24f, 0.09f}, random()),
              n = random.direction();
    const Vec middle = root + lean * (0.5f * tall) + Vec{0, 0.6f * tall, 0},
              tip = middle + lean * tall + Vec{0, 0.4f * tall, 0};
    easel.put(Shape::Stick, root, middle, 0.022f, leaf_light(green * 0.7f, n, sun, 0.6f), random);
    easel.put(Shape::Blade, middle, tip, 0.022f, leaf_light(green, n, sun, 1), random);
    if (random() < 0.05f)
      easel.put(Shape::Stick, tip, tip + Vec{0.02f, 0.13f, 0}, 0.04f,
                leaf_light({0.12f, 0.06f, 0.03f}, n, sun, 1), random);
  }
}

/// Gulls over the lake.
inline void draw_birds(const Easel& easel) {
  Random random{5};
  for (int i = 0; i < 11; ++i) {
    const Vec p = {random(-16, 22), random(13, 30), random(60, 95)};
    const float beat = random(-0.1f, 0.5f), bank = random(-0.25f, 0.25f);
    for (const float side : {-1.0f, 1.0f}) {
      const Vec elbow = p + Vec{0.55f * side, 0.28f + bank * side, 0},
                tip = elbow + Vec{0.6f * side, -0.30f + beat + bank * side, 0.1f};
      easel.put(Shape::Stick, p, elbow, 0.17f, {0.30f, 0.30f, 0.31f}, random);
      easel.put(Shape::Blade, elbow, tip, 0.15f, {0.16f, 0.16f, 0.17f}, random);
    }
    easel.put(Shape::Leaf, p - Vec{0, 0.12f, 0.35f}, p + Vec{0, 0.05f, 0.45f}, 0.24f,
              {0.5f, 0.48f, 0.45f}, random);
  }
}

}  // namespace world
