/// A sunflower of brush strokes, for still-life.jpg and cutout.png.
#pragma once

#include "paint.hpp"

namespace paint {

/// Draws one with its middle at `centre`, looking along `facing`, petals reaching out to `radius`.
/// `lit(p, n, colour)` says what a bit of that colour at p, with normal n, sends to the eye.
template <class Lit>
void put_sunflower(Frame& frame, const Camera& camera, Vec centre, Vec facing, float radius,
                   Random random, Lit lit) {
  const Vec side = normalize(Vec{facing.z, 0.05f, -facing.x}),
            up = normalize(Vec{facing.y * side.z - facing.z * side.y,
                               facing.z * side.x - facing.x * side.z,
                               facing.x * side.y - facing.y * side.x});
  const auto outward = [&](float a) { return side * std::cos(a) + up * std::sin(a); };
  for (int ring = 0; ring < 3; ++ring) {
    const int petals = ring == 0 ? 17 : 21;
    for (int i = 0; i < petals; ++i) {
      const float a = 6.2831853f * (i + random(-0.3f, 0.3f) + 0.37f * ring) / petals,
                  reach = radius * random(0.82f, 1.0f) * (1 - 0.08f * ring);
      const float curl = random(-0.18f, 0.22f) + 0.10f * ring, twist = random(-0.12f, 0.12f);
      const Vec out = outward(a), across = outward(a + 1.5708f);
      const Vec colour = ring == 0 ? mix({0.20f, 0.26f, 0.04f}, {0.75f, 0.36f, 0.01f}, random())
                                   : mix({0.95f, 0.62f, 0.03f}, {0.88f, 0.42f, 0.01f}, random());
      for (int strip = -5; strip <= 5; ++strip)  // a petal is a bundle of strips along it
        for (int piece = 0; piece < 9; ++piece) {
          const auto along = [&](float t) {
            const float belly =
                0.115f * radius * std::sin(3.14159f * std::pow(0.12f + 0.88f * t, 1.25f)) +
                0.006f * radius;
            return centre + out * mix(0.30f * radius, reach, t) +
                   across * (belly * strip / 5.0f + twist * radius * t * t) +
                   facing * (radius * (0.03f * ring + curl * t * t -
                                       0.03f * std::abs(strip / 5.0f) + 0.012f * (strip % 2)));
          };
          const float t = piece / 9.0f;
          const Vec p = along(t), q = along(t + 0.14f);
          const Vec n =
              normalize(facing + out * (-1.6f * curl * t) +
                        across * (0.16f * strip * (0.5f + 0.5f * t)) + random.direction() * 0.12f);
          const float vein = (strip % 2 ? 0.80f : 1.0f) *
                             (0.45f + 0.55f * smoothstep(0.05f, 0.5f, t)) * random(0.9f, 1.06f);
          put(frame, camera,
              {Stroke::Shape::Stick, p, q, radius * (0.030f - 0.020f * std::pow(t, 5.0f)),
               lit(p, n, colour * vein)},
              random);
        }
    }
  }
  const Vec middle = centre + facing * (0.03f * radius);
  put(frame, camera,
      {Stroke::Shape::Stick, middle, middle, 0.74f * radius,
       lit(middle, facing, {0.03f, 0.02f, 0.01f})},
      random);
  for (int i = 0; i < 1500; ++i) {  // seeds on Fermat's spiral
    const float r = std::sqrt(i / 1500.0f), a = 2.399963f * i;
    const Vec out = outward(a),
              p = centre + out * (0.40f * radius * r) +
                  facing * (radius * (0.10f + 0.07f * std::sin(3.0f * r) - 0.03f * r));
    const Vec colour =
        mix(mix({0.10f, 0.085f, 0.02f}, {0.055f, 0.022f, 0.008f}, smoothstep(0.25f, 0.5f, r)),
            {0.42f, 0.20f, 0.025f}, smoothstep(0.78f, 1.0f, r) * random());
    const Vec n = normalize(facing + out * (0.9f * (r - 0.45f)) + random.direction() * 0.5f);
    put(frame, camera,
        {Stroke::Shape::Leaf, p, p + (facing + out * 0.7f) * (0.05f * radius), 0.030f * radius,
         lit(p, n, colour)},
        random);
  }
}

}  // namespace paint
