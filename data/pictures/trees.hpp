/// Trees of landscape.jpg: firs and leafed trees by the thousand, and one oak in the foreground.
#pragma once

#include "plants.hpp"

namespace world {

inline void draw_fir(const Easel& easel, Vec root, float tall, Random& random) {
  const float size = easel.samples(root, tall);
  if (size == 0) return;
  const int count = int(std::clamp(size * size * 0.12f, 40.0f, 9000.0f));
  const float sun = sun_at(root + Vec{0, 0.55f * tall, 0} + sun_from * (0.25f * tall), 200),
              thick = std::sqrt(240.0f / count);
  const Vec green =
      mix({0.022f, 0.060f, 0.026f}, {0.060f, 0.085f, 0.022f}, random()) * random(0.8f, 1.3f);
  easel.put(Shape::Blade, root, root + Vec{0, 0.97f * tall, 0}, 0.035f * tall,
            Vec{0.05f, 0.035f, 0.025f} * skylight, random);
  for (int i = 0; i < count; ++i) {
    const float up = 1 - std::pow(random(), 0.6f) * 0.93f,
                tier = 0.72f + 0.28f * std::abs(std::sin(38 * up));
    const float a = random(0, 6.2831853f),
                reach = 0.20f * tall * std::pow(1 - up, 0.85f) * tier + 0.008f * tall;
    const Vec out = {std::cos(a), 0, std::sin(a)};
    const float from = random(0.25f, 0.9f);
    const Vec trunk = root + Vec{0, up * tall, 0};
    const Vec tip = trunk + out * (reach * std::min(1.0f, from + 0.3f)) + Vec{0, -0.32f * reach, 0};
    const Vec n = normalize(out + Vec{0, 0.45f, 0} + random.direction() * 0.35f);
    const float deep = from * from;
    easel.put(Shape::Leaf, trunk + out * (reach * from) + Vec{0, -0.12f * reach, 0}, tip,
              0.030f * tall * thick,
              leaf_light(green, n,
                         sun * deep * (0.35f + 0.65f * smoothstep(-0.5f, 0.5f, dot(out, sun_from))),
                         (0.25f + 0.75f * deep) * (0.4f + 0.6f * up)),
              random);
  }
}

/// A crown of leaves on the shells of balls; `own` shade is taken along the way through them.
inline void draw_leaves(const Easel& easel, const std::vector<Ball>& balls, float leaf, float cover,
                        Vec green, float sun, Random& random) {
  for (const Ball& ball : balls) {
    const int count =
        int(std::clamp(cover * 12.6f * ball.radius * ball.radius / (leaf * leaf), 12.0f, 16000.0f));
    for (int i = 0; i < count; ++i) {
      const Vec out = random.direction();
      const float shell = 1 - 0.5f * random() * random();
      const Vec p =
          ball.centre + out * (ball.radius * shell * (1 + 0.35f * noise(out * 3.1f + ball.centre)));
      float way = 0;
      for (const Ball& b : balls) {
        const Vec c = p - b.centre;
        const float half = dot(c, sun_from), within = b.radius * b.radius - dot(c, c) + half * half;
        if (within > 0)
          way +=
              std::max(0.0f, std::sqrt(within) - half) - std::max(0.0f, -std::sqrt(within) - half);
      }
      const float lit = std::exp(-1.5f * way / ball.radius),
                  open = 0.3f + 0.7f * smoothstep(-0.9f, 0.8f, out.y) * shell;
      const Vec n = normalize(out + random.direction() * 0.9f);
      const Vec along = normalize(random.direction() + Vec{0, -0.5f, 0}) * leaf;
      easel.put(Shape::Leaf, p, p + along, 0.62f * leaf,
                leaf_light(green * random(0.65f, 1.35f), n, sun * lit, open), random);
    }
  }
}

inline void draw_leafed(const Easel& easel, Vec root, float tall, Random& random) {
  const float size = easel.samples(root, tall);
  std::vector<Ball> balls;
  for (int i = 0; i < 11; ++i) {
    const Vec d = random.direction();
    balls.push_back({root + Vec{0.27f * d.x, 0.62f + 0.24f * d.y, 0.27f * d.z} * tall,
                     tall * random(0.13f, 0.21f)});
  }
  const Vec green =
      mix({0.07f, 0.12f, 0.022f}, {0.24f, 0.15f, 0.03f}, random() * random()) * random(0.8f, 1.2f);
  if (size == 0) return;
  const float sun = sun_at(root + Vec{0, 0.7f * tall, 0} + sun_from * (0.45f * tall), 200);
  easel.put(Shape::Stick, root, root + Vec{0, 0.5f * tall, 0}, 0.045f * tall,
            Vec{0.09f, 0.07f, 0.05f} * (skylight + sunlight * (0.2f * sun)), random);
  draw_leaves(easel, balls, std::max(0.22f, 5.0f * tall / size), 1.1f, green, sun, random);
}

inline void draw_woods(const Easel& easel) {
  Random random{47};
  for (int i = 0; i < 16000; ++i) {
    const float z = 48 * std::pow(26.0f, random()), x = z * random(-0.72f, 0.72f),
                y = ground(x, z, 6);
    const float tall = random(6, 19), kind = random();
    const uint32_t seed = uint32_t(i) * 977 + 5;
    const float village = bump(x, z, 50, 104, 27, 15) + bump(x, z, 42, 90, 18, 10);
    const float wood = fbm(x / (40 + 0.12f * z) + 2, z / (40 + 0.12f * z) + 6, 4) +
                       0.55f * bump(x, z, -92, 150, 60, 60) + (z > 300 ? 0.10f : -0.02f);
    if (y < 0.9f || y > 330 || wood < 0.02f ||
        random() < 1.35f * village - (tall < 11.5f ? 0.5f : 0))
      continue;
    Random own{seed};
    const Vec root = {x, y - 0.2f, z};
    if (kind + 0.5f * fbm(x / 90, z / 90, 2) < (z > 350 ? 0.85f : 0.55f))
      draw_fir(easel, root, 1.15f * tall, own);
    else
      draw_leafed(easel, root, 0.75f * tall, own);
  }
}

/// The big tree by the near shore: its limbs, and balls of leaves about their ends.
struct Oak {
  std::vector<Stroke> limbs;
  std::vector<Ball> balls;

  void grow(Vec from, Vec along, float thick, int order, Random& random) {
    const Vec to = from + along;
    limbs.push_back({Shape::Stick, from, to, thick, {}});
    if (order <= 2) balls.push_back({to, order == 0 ? random(0.55f, 0.8f) : random(0.65f, 0.95f)});
    if (order == 0) return;
    const int forks = order == 5 ? 4 : 3;
    for (int i = 0; i < forks; ++i) {
      const float a = 6.2831853f * (i + random(0, 0.6f)) / forks;
      const Vec aside = {std::cos(a), random(-0.1f, 0.35f), std::sin(a)};
      grow(to, normalize(normalize(along) * 0.75f + aside) * (length(along) * random(0.68f, 0.86f)),
           thick * 0.62f, order - 1, random);
    }
  }
};

inline Oak plant_oak() {
  Random random{7};
  Oak oak;
  const float x = -9.4f, z = 16.5f;
  oak.grow({x, ground(x, z, 7) - 0.2f, z}, {0.35f, 3.1f, 0}, 0.85f, 4, random);
  return oak;
}

inline void draw_oak(const Easel& easel, const Oak& oak) {
  Random random{71};
  for (const Stroke& limb : oak.limbs) {  // round, of many long flakes of bark
    const Vec axis = normalize(limb.b - limb.a), side = normalize(Vec{axis.y, -axis.x, 0.01f}),
              back = normalize(Vec{axis.z * 0.3f - 0.01f, -axis.z, axis.y});
    easel.put(Shape::Stick, limb.a, limb.b, 0.8f * limb.width, Vec{0.05f, 0.04f, 0.03f} * skylight,
              random);
    const int count = int(60 + 2600 * limb.width);
    for (int i = 0; i < count; ++i) {
      const float a = random(0, 6.2831853f), at = random(),
                  taper = mix(1, 0.66f, at) * 0.5f * limb.width;
      const Vec n = normalize(side * std::cos(a) + back * std::sin(a)),
                p = mix(limb.a, limb.b, at) + n * taper;
      const float ridge = 0.55f + 0.6f * lattice(int(a * 14), int(at * 7)),
                  sun = sun_at(p + n * 0.1f, 8);
      const Vec bark = mix({0.13f, 0.10f, 0.07f}, {0.13f, 0.14f, 0.08f}, random()) * ridge;
      easel.put(Shape::Leaf, p, p + axis * (0.10f + 0.35f * limb.width),
                0.025f + 0.04f * limb.width,
                bark * (sunlight * (sun * std::max(0.0f, dot(n, sun_from))) +
                        skylight * (0.55f + 0.3f * n.y)),
                random);
    }
  }
  draw_leaves(easel, oak.balls, 0.115f, 0.75f, {0.085f, 0.125f, 0.022f}, 1, random);
}

}  // namespace world
