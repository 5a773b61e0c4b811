/// Draws landscape.jpg as a PPM: landscape OUT.ppm [WIDTH [SAMPLES]], with SAMPLES squared per
/// pixel.
#include <cstdlib>

#include "trees.hpp"

namespace {

using namespace world;

Vec ground_colour(Vec p, Vec n, float t) {
  const float fine = fbm(p.x * 1.7f, p.z * 1.7f, 6), broad = fbm(p.x / 60, p.z / 60, 5);
  Vec c = mix(grass_green(p.x, p.z) * 0.8f, Vec{0.10f, 0.12f, 0.035f}, smoothstep(20, 90, t)) *
          (1 + 0.9f * fine) * (1 + 0.4f * fbm(p.x / 9, p.z / 4, 3));
  if (t < 60) {
    const float path = std::abs(p.x - 1.2f - 1.3f * std::sin(p.z * 0.25f)) - 0.45f - 0.2f * fine;
    c = mix(Vec{0.30f, 0.23f, 0.15f} * (0.8f + 0.5f * fine), c, smoothstep(-0.1f, 0.15f, path));
  }
  c = mix(Vec{0.23f, 0.19f, 0.14f} * (0.8f + 0.6f * fine), c,
          smoothstep(0.08f, 0.45f, p.y + 0.15f * fine));
  if (p.z < 260) return c;
  const Vec forest = Vec{0.035f, 0.062f, 0.026f} * (1 + 0.8f * fbm(p.x / 7, p.z / 7, 4));
  c = mix(c, forest, smoothstep(-0.15f, 0.1f, broad + 0.1f) * smoothstep(500, 900, p.z));
  const float strata = fbm(p.x / 170, p.y / 38 + p.z / 400, 6);
  const Vec rock =
      mix({0.17f, 0.145f, 0.125f}, {0.30f, 0.27f, 0.24f}, smoothstep(-0.4f, 0.5f, strata));
  const float bare =
      smoothstep(0.86f, 0.72f, n.y + 0.12f * broad) + smoothstep(330, 620, p.y + 160 * broad);
  c = mix(c, rock, clamp01(bare));
  const float snow = smoothstep(610, 790, p.y + 210 * broad + 90 * strata) *
                     smoothstep(0.48f, 0.66f, n.y + 0.1f * strata);
  return mix(c, {0.80f, 0.83f, 0.88f}, snow);
}

struct Surface {
  Vec colour;
  float shine = 0;
  Vec glow = {};
};

Surface wall(const Nearest& hit, Vec n) {
  const House& house = houses[hit.which];
  const bool front = std::abs(n.z) > std::abs(n.x);
  const float along = front ? hit.local.x : hit.local.z, wide = hit.which == tower ? 2.2f : 1.9f;
  const float up = hit.local.y / 2.5f, storey = up - std::floor(up);
  const float bay = along / wide + 0.5f, at = std::abs(bay - std::floor(bay) - 0.5f) * wide,
              level = std::abs(storey - 0.55f) * 2.5f;
  const float rough = fbm(hit.local * 2.2f, 5), streaks = fbm(along * 3, hit.local.y * 0.4f, 4);
  const Vec plaster = house.wall * (0.92f + 0.22f * rough + 0.18f * streaks) *
                      (0.75f + 0.25f * smoothstep(0, 1.2f, hit.local.y));
  const bool fits = hit.local.y < house.half.y + 0.4f * house.pitch &&
                    std::abs(along) < (front ? house.half.x : house.half.z) - 0.75f;
  if (std::abs(n.y) > 0.5f || !fits) return {plaster};
  if (at < 0.42f && level < 0.62f) {
    const bool frame =
        at > 0.36f || level > 0.56f || at < 0.035f || std::abs(level - 0.12f) < 0.03f;
    if (frame) return {{0.62f, 0.58f, 0.50f}};
    const bool lamp =
        lattice(int(std::floor(bay)) + 40 * hit.which, int(std::floor(up)), int(front)) > 0.72f;
    return {{0.03f, 0.04f, 0.05f}, 0.7f, lamp ? Vec{1.5f, 0.80f, 0.25f} : Vec{}};
  }
  if (at < 0.82f && level < 0.64f && hit.which != tower)
    return {Vec{0.12f, 0.24f, 0.20f} * (hit.which % 2 ? 1 : 1.5f)};
  return {plaster};
}

Surface surface(const Nearest& hit, Vec n) {
  const Vec p = hit.local;
  const float grain = fbm(p * 26, 4);
  switch (hit.stuff) {
    case Stuff::Wall:
      return wall(hit, n);
    case Stuff::Roof: {
      const float row = p.y / 0.24f, tile = p.z / 0.3f + 0.5f * std::floor(row),
                  lip = row - std::floor(row);
      const float tint = lattice(int(std::floor(tile)), int(std::floor(row)), hit.which);
      return {houses[hit.which].roof * (0.55f + 0.6f * tint + 0.45f * lip) *
              (1 + 0.5f * fbm(p * 0.7f, 4))};
    }
    case Stuff::Spire:
      return {houses[tower].roof * (0.9f + 0.5f * fbm(p * 3, 4))};
    case Stuff::Stone:
      return {mix({0.16f, 0.15f, 0.135f}, {0.36f, 0.34f, 0.30f},
                  smoothstep(-0.4f, 0.4f, fbm(p * 7, 6))) *
              (0.75f + 0.5f * clamp01(n.y))};
    case Stuff::Wood:
      return {Vec{0.27f, 0.21f, 0.155f} *
              (0.85f + 0.5f * fbm(p.x * 30 + 5 * std::floor(p.z / 0.32f), p.z * 2, 5))};
    case Stuff::Hull:
      return {p.y > 0.42f ? Vec{0.30f, 0.17f, 0.08f}
                          : Vec{0.70f, 0.68f, 0.62f} * (0.9f + 0.2f * grain)};
    case Stuff::Sail:
      return {Vec{0.82f, 0.74f, 0.60f} *
              (std::abs(p.y - 0.85f * std::round(p.y / 0.85f)) < 0.02f ? 0.75f : 1)};
    case Stuff::Coat:
      return {Vec{0.06f, 0.12f, 0.24f} * (1 + 0.3f * grain)};
    case Stuff::Skin:
      return {{0.50f, 0.29f, 0.20f}};
    case Stuff::Hair:
      return {Vec{0.055f, 0.032f, 0.02f} * (1 + 0.8f * fbm(p.x * 90, p.y * 14, 3))};
    case Stuff::Hat:
      return {Vec{0.48f, 0.35f, 0.17f} *
              (0.85f + 0.4f * std::sin(150 * std::hypot(p.x, p.z)) * 0.4f + 0.3f * grain)};
    case Stuff::Scarf:
      return {Vec{0.55f, 0.035f, 0.03f} * (1 + 0.35f * std::sin(60 * p.x + 40 * p.y))};
  }
  return {};
}

Vec lit(const Surface& s, Vec n, Vec d, float sun, float open) {
  const Vec bounce = Vec{0.10f, 0.10f, 0.05f} * (0.5f - 0.5f * n.y);
  Vec light = s.colour * (sunlight * (sun * std::max(0.0f, dot(n, sun_from))) +
                          skylight * (open * (0.55f + 0.45f * n.y)) + bounce);
  if (s.shine > 0) light += sky(reflect(d, n)) * (s.shine * 0.5f);
  return light + s.glow;
}

/// Light along the ray from o, with the lake left out; its length goes to `reach`.
Vec look(Vec o, Vec d, float near, float& reach) {
  const float land = meet_ground(o, d, near, 9000);
  const Candidates things(o, d);
  const float thing = meet_things(things, o, d, std::max(near, 0.5f), land);
  reach = std::min(land, thing);
  if (reach >= 9000) return reach = 1e9f, sky(d);
  const Vec p = o + d * reach;
  if (thing < land) {
    const Nearest hit = things.nearest(p);
    const float e = 0.0006f * reach + 0.0015f;
    const auto far = [&](Vec q) { return things.nearest(q).distance; };
    const Vec n = normalize({far(p + Vec{e, 0, 0}) - far(p - Vec{e, 0, 0}),
                             far(p + Vec{0, e, 0}) - far(p - Vec{0, e, 0}),
                             far(p + Vec{0, 0, e}) - far(p - Vec{0, 0, e})});
    const float open = clamp01(0.35f + 0.65f * far(p + n * 0.25f) / 0.25f);
    return hazed(
        lit(surface(hit, turn(n, hit.which < int(houses.size()) ? houses[hit.which].turned : 0)), n,
            d, sun_at(p + n * (2 * e), reach), open),
        d, reach);
  }
  const float blur = std::max(0.02f, 0.0009f * reach);
  const Vec n = ground_normal(p.x, p.z, blur, 12);
  const float sun = sun_at(p + n * (0.02f + 0.001f * reach), reach);
  return hazed(lit({ground_colour(p, n, reach)}, n, d, sun, 0.8f), d, reach);
}

Vec ripples(Vec p, float t) {
  const float wind = smoothstep(-0.25f, 0.45f, fbm(p.x / 70, p.z / 22 + 3, 4)),
              fade = 1 / (1 + t / 220);
  const float e = 0.05f + 0.002f * t;
  const auto height = [&](float x, float z) {
    return 0.10f * fbm(x * 0.55f, z * 1.3f, 3) +
           (0.015f + 0.06f * wind) * fbm(x * 2.3f + 7, z * 4.2f, 4);
  };
  const float k = (0.035f + 0.22f * wind * wind) * fade / e;
  return normalize({k * (height(p.x - e, p.z) - height(p.x + e, p.z)), 1,
                    k * (height(p.x, p.z - e) - height(p.x, p.z + e))});
}

/// The lake at p, seen along d, mirroring the upside-down frame.
Vec lake(Vec p, Vec d, float t, const Frame& mirror, const Camera& camera) {
  const Vec n = ripples(p, t);
  Vec r = reflect(d, n);
  r.y = std::max(r.y, 0.004f);
  const Vec at = camera.project(mirror, {r.x, -r.y, r.z});
  const bool inside =
      r.z > 0 && at.x >= 0 && at.x < mirror.width && at.y >= 0 && at.y < mirror.height;
  const Vec reflected = inside ? mirror.light[mirror.at(int(at.x), int(at.y))] : sky(normalize(r));
  const float facing = clamp01(-dot(d, n)), mirroring = 0.03f + 0.97f * std::pow(1 - facing, 5.0f);
  const float depth = std::max(0.0f, -ground(p.x, p.z, 5)), sun = sun_at(p + Vec{0, 0.05f, 0}, t);
  const Vec bed = Vec{0.20f, 0.17f, 0.10f} * (0.8f + 0.6f * fbm(p.x * 2, p.z * 2, 4));
  const Vec body = mix({0.012f, 0.045f, 0.050f}, bed, std::exp(-1.3f * depth)) *
                   (skylight + sunlight * (0.5f * sun));
  const float glint = std::pow(std::max(0.0f, dot(normalize(r), sun_seen)), 160.0f);
  return hazed(mix(body, reflected, mirroring) + Vec{1, 0.75f, 0.45f} * (5.0f * glint), d, t);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: landscape OUT.ppm [WIDTH [SAMPLES]]\n", stderr), 2;
  const int width = argc > 2 ? std::atoi(argv[2]) : 1600,
            samples = argc > 3 ? std::atoi(argv[3]) : 3;
  Frame frame(width * samples, width * 2 / 3 * samples), mirror(frame.width, frame.height);
  const Camera camera{{0, ground(0, 0, 7) + 1.75f, 0}, 0.83f, 0.055f};
  const Camera below{{0, -camera.eye.y, 0}, camera.focal, camera.rise};
  const Oak oak = plant_oak();
  crowns = oak.balls;

  each_sample(mirror, [&](int x, int y) {
    const Vec d = camera.ray(mirror, x + 0.5f, y + 0.5f);
    if (d.y > 0.02f) return;
    const Vec up = {d.x, std::max(-d.y, 0.002f), d.z};
    mirror.light[mirror.at(x, y)] =
        look(below.eye, up, camera.eye.y / up.y, mirror.depth[mirror.at(x, y)]);
  });
  draw_woods({mirror, camera, true});
  draw_reeds({mirror, camera, true});

  each_sample(frame, [&](int x, int y) {
    const Vec d = camera.ray(frame, x + 0.5f, y + 0.5f);
    const size_t i = frame.at(x, y);
    frame.light[i] = look(camera.eye, d, 0.5f, frame.depth[i]);
    const float water = d.y < 0 ? -camera.eye.y / d.y : 1e9f;
    if (water >= frame.depth[i] || water > 6000) return;
    frame.depth[i] = water;
    frame.light[i] = lake(camera.eye + d * water, d, water, mirror, camera);
  });
  const Easel easel{frame, camera, false};
  draw_woods(easel);
  draw_oak(easel, oak);
  draw_reeds(easel);
  draw_grass(easel, 420000, 4.2f, 1);
  draw_grass(easel, 160000, 30, 2.4f);
  draw_birds(easel);
  draw_flowers(easel);
  return write(frame, samples, 0.62f, argv[1]) ? 0 : 1;
}
