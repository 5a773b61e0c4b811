/// Draws still-life.jpg as a PPM: still_life OUT.ppm [WIDTH [SAMPLES]], with SAMPLES squared per
/// pixel. A jug of sunflowers, fruit and books by a window. Units are decimetres; the table is y =
/// 0.
#include <cstdlib>

#include "sunflower.hpp"
#include "table.hpp"

namespace {

using namespace table;

const Vec light_from = normalize({-0.80f, 0.62f, -0.62f});
const Vec sunlight = Vec{1.0f, 0.84f, 0.62f} * 3.3f;
const Vec skylight = Vec{0.42f, 0.50f, 0.62f} * 0.55f;

/// Light through the window's panes, past the things on the table, from 0 to 1.
float sun_at(Vec p) {
  const Vec w = p + light_from * ((p.x + 9) / -light_from.x);
  const float u = w.z + 5.2f, v = w.y - 9.0f, soft = 0.16f;
  const auto inside = [&](float x, float half) {
    return smoothstep(half + soft, half - soft, std::abs(x));
  };
  float light = inside(u, 4.6f) * inside(v, 4.4f) * (1 - inside(std::abs(u) - 1.55f, 0.15f)) *
                (1 - inside(std::abs(v) - 1.5f, 0.13f));
  if (light < 0.01f) return 0;
  for (const Flower& f : flowers) {
    const Vec c = f.centre - p;
    const float along = dot(c, light_from);
    if (along > 0.5f)
      light *= mix(0.15f, 1,
                   smoothstep(0.55f * f.radius, 0.95f * f.radius,
                              length(c - light_from * along) + 0.18f * noise(p * 6)));
  }
  for (float t = 0.04f; t < 8 && light > 0.01f;) {
    const float d = nearest(p + light_from * t).distance;
    light = std::min(light, clamp01(0.5f + 16 * d / t));
    if (d < -0.01f) return 0;
    t += std::clamp(d, 0.02f, 0.5f);
  }
  return light;
}

float open_at(Vec p, Vec n) {
  float open = 1;
  for (const float reach : {0.08f, 0.22f, 0.5f, 1.0f})
    open -= 0.28f * std::max(0.0f, reach - nearest(p + n * reach).distance) / reach;
  return std::max(0.12f, open);
}

Vec lit(Vec p, Vec n, Vec colour, float open) {
  const Vec room =
      mix({0.22f, 0.17f, 0.12f}, skylight, clamp01(0.5f - 0.5f * n.x + 0.2f * n.y - 0.2f * n.z));
  return colour *
         (sunlight * (sun_at(p + n * 0.01f) * std::max(0.0f, dot(n, light_from))) + room * open);
}

Vec look(Vec o, Vec d, float& reach) {
  float t = 4;
  for (int i = 0; i < 220 && t < 40; ++i) {
    const float step = nearest(o + d * t).distance;
    if (step < 0.0003f * t) break;
    t += step;
  }
  reach = t;
  const Vec p = o + d * t;
  const Nearest hit = nearest(p);
  const float e = 0.004f;
  const auto far = [&](Vec q) { return nearest(q).distance; };
  Vec n = normalize({far(p + Vec{e, 0, 0}) - far(p - Vec{e, 0, 0}),
                     far(p + Vec{0, e, 0}) - far(p - Vec{0, e, 0}),
                     far(p + Vec{0, 0, e}) - far(p - Vec{0, 0, e})});
  if (hit.stuff == Stuff::Wall)
    n = normalize(n + Vec{fbm(p.x * 2.5f, p.y * 2.5f, 6), fbm(p.x * 2.5f + 9, p.y * 2.5f, 6), 0} *
                          0.35f);
  const Surface s = surface(hit);
  Vec light = lit(p, n, s.colour, open_at(p, n));
  if (s.shine > 0) {
    const Vec r = reflect(d, n);
    const float rim = 0.04f + 0.6f * std::pow(clamp01(1 + dot(d, n)), 5.0f);
    const float pane = smoothstep(0.10f, 0.04f, std::abs(std::abs(r.z + 0.45f) - 0.13f)) *
                       smoothstep(0.30f, 0.24f, std::abs(r.y - 0.5f)) * (r.x < 0 ? 1.0f : 0.0f);
    light += (Vec{1, 0.9f, 0.75f} * (6 * std::pow(std::max(0.0f, dot(r, light_from)), s.tight) *
                                     sun_at(p + n * 0.01f)) +
              skylight * (5 * pane + 0.6f * clamp01(0.5f - 0.5f * r.x))) *
             (s.shine * (rim + 0.1f));
  }
  return light;
}

void put_flowers(Frame& frame, const Camera& camera) {
  Random random{3};
  const auto leafy = [](Vec p, Vec n, Vec colour) {
    const float back = std::max(0.0f, -dot(n, light_from));
    return lit(p, n, colour, 0.9f) + colour * colour * sunlight * (0.8f * back * sun_at(p));
  };
  for (const Flower& f : flowers) {
    const Vec mouth = jug + Vec{0.2f * f.centre.x, 2.75f, 0.1f},
              neck = f.centre - normalize(f.facing) * 0.12f;
    for (int i = 0; i < 40; ++i) {
      const auto stem = [&](float t) {
        return mix(mix(mouth, mouth + Vec{0, 1, 0}, t), neck, t * t * (2 - t));
      };
      const Vec p = stem(i / 40.0f), q = stem((i + 1.2f) / 40.0f);
      for (const float x : {-0.03f, 0.0f, 0.03f})
        put(frame, camera,
            {Stroke::Shape::Stick, p + Vec{x, 0, 0}, q + Vec{x, 0, 0}, 0.05f,
             leafy(p, normalize({x * 20, 0, -0.6f}), {0.10f, 0.18f, 0.04f})},
            random);
    }
    put_sunflower(frame, camera, f.centre, normalize(f.facing), f.radius, Random{random.state * 7},
                  leafy);
  }
  for (int i = 0; i < 26; ++i) {  // leaves, each a comb of strokes off a midrib
    const float a = random(0, 6.2831853f), size = random(0.55f, 1.0f);
    const Vec root =
        Vec{0.9f * std::cos(a), 3.45f + random(-0.45f, 1.7f), 0.3f + 0.45f * std::sin(a)} +
        Vec{-0.2f, 0, 0};
    const Vec along = normalize({1.2f * std::cos(a), random(-0.7f, 0.4f), random(-0.5f, 0.3f)}),
              n = normalize(Vec{random(-0.5f, 0.5f), 0.8f, -0.7f});
    const Vec across = normalize(Vec{along.y * n.z - along.z * n.y, along.z * n.x - along.x * n.z,
                                     along.x * n.y - along.y * n.x});
    const Vec green = mix({0.07f, 0.15f, 0.03f}, {0.15f, 0.20f, 0.04f}, random());
    for (int k = 0; k < 70; ++k)
      for (const float hand : {-1.0f, 1.0f}) {
        const float t = k / 70.0f, belly = 0.42f * size * std::sin(3.14159f * std::pow(t, 0.7f));
        const Vec p = root + along * (size * t) - Vec{0, 0.5f * size * t * t, 0},
                  q = p + across * (hand * belly) + along * (0.22f * size) + n * (0.12f * belly);
        const float vein = k % 9 == 0 ? 1.5f : 0.85f + 0.25f * random();
        put(frame, camera,
            {Stroke::Shape::Blade, p, q, 0.035f * size,
             leafy(mix(p, q, 0.5f), normalize(n + across * (0.35f * hand)), green * vein)},
            random);
      }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: still_life OUT.ppm [WIDTH [SAMPLES]]\n", stderr), 2;
  const int width = argc > 2 ? std::atoi(argv[2]) : 1000,
            samples = argc > 3 ? std::atoi(argv[3]) : 3;
  Frame frame(width * samples, width * 6 / 5 * samples);
  const Camera camera{{0.1f, 3.6f, -12.5f}, 1.72f, -0.055f};
  each_sample(frame, [&](int x, int y) {
    const size_t i = frame.at(x, y);
    frame.light[i] = look(camera.eye, camera.ray(frame, x + 0.5f, y + 0.5f), frame.depth[i]);
  });
  put_flowers(frame, camera);
  return write(frame, samples, 0.72f, argv[1]) ? 0 : 1;
}
