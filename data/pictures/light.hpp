/// Light in landscape.jpg: sky, clouds, haze, shadows.
#pragma once

#include "things.hpp"

namespace world {

struct Ball {
  Vec centre;
  float radius;
};
/// The crowns that throw shade on the meadow; filled before anything is lit.
inline std::vector<Ball> crowns;

/// What is left of light after its way through crowns, from 0 to 1.
inline float through_leaves(Vec p, float density) {
  float way = 0;
  for (const Ball& b : crowns) {
    const Vec c = p - b.centre;
    const float half = dot(c, sun_from), within = b.radius * b.radius - dot(c, c) + half * half;
    if (within <= 0) continue;
    const float root = std::sqrt(within);
    way += std::max(0.0f, root - half) - std::max(0.0f, -root - half);
  }
  return std::exp(-density * way);
}

/// How much of the sun reaches p: behind ground, things, leaves and clouds.
inline float sun_at(Vec p, float size) {
  float light = mix(
      0.22f, 1,
      smoothstep(-0.22f, 0.16f,
                 fbm(p.x / 1100 + 1.7f, p.z / 1100 + 0.4f, 4) + 0.25f * smoothstep(400, 60, p.z)));
  float t = 0.02f + 0.01f * size, open = 1;
  for (int i = 0; i < 48 && t < 0.6f * size + 40; ++i) {
    const Vec q = p + sun_from * t;
    const float above = q.y - ground(q.x, q.z, 6);
    open = std::min(open, 0.5f + 9 * above / t);
    if (open <= 0) return 0;
    t += std::max(0.5f * above, 0.01f * size + 0.03f * t);
  }
  const Candidates things(p, sun_from);
  if (things.any() && meet_things(things, p, sun_from, 0.03f + 0.0015f * size, 60) < 60) return 0;
  const float dapple = 0.25f * (fbm(p * 2.3f, 4) + 0.15f);
  if (size < 60 && p.z < 60)
    light *= clamp01(through_leaves(p, 0.55f) + dapple * (1 - through_leaves(p, 0.2f)));
  return light * clamp01(open);
}

/// The clear sky in direction d, without the sun's disc.
inline Vec clear_sky(Vec d) {
  const float up = std::max(d.y, 0.0f), low = std::pow(1 - up, 6.0f);
  const float near = std::max(0.0f, dot(d, sun_seen));
  Vec c = mix({0.045f, 0.17f, 0.52f}, {0.36f, 0.56f, 0.84f}, low);
  c = mix(c, {1.10f, 0.78f, 0.50f}, 0.62f * low * std::pow(near, 9.0f));
  return c +
         Vec{1.0f, 0.66f, 0.34f} * (0.16f * std::pow(near, 24.0f) + 0.35f * std::pow(near, 110.0f) +
                                    1.2f * std::pow(near, 1400.0f));
}

/// Air between the eye and something at distance t in direction d.
inline Vec hazed(Vec light, Vec d, float t) {
  const Vec air = clear_sky(normalize({d.x, 0.03f, d.z})) * 0.82f;
  const float thick = t * (d.y > 0 ? 1 / (1 + 0.0011f * t * d.y) : 1);
  const Vec kept = {std::exp(-thick * 0.000085f), std::exp(-thick * 0.000115f),
                    std::exp(-thick * 0.000165f)};
  return light * kept + air * (Vec{1, 1, 1} - kept);
}

/// Density of cloud at p, from 0 to 1; clouds part before the sun.
inline float cloud_density(Vec p, int octaves) {
  const float level = (p.y - 1500) / 900;
  if (level < 0 || level > 1) return 0;
  const float round = smoothstep(0, 0.18f, level) * smoothstep(1, 0.35f, level);
  const float parting = smoothstep(0.985f, 0.9985f, dot(p, sun_seen) / length(p));
  const float cover = 0.5f * noise(p.x / 5200 + 0.7f, p.z / 5200 + 0.35f) - 1.3f * parting;
  return clamp01(5.5f * (fbm(p * (1 / 880.0f) + Vec{3.3f, 0, 1.2f}, octaves) + 0.75f * cover -
                         0.10f - 0.42f * (1 - round)));
}

/// The sky in direction d with cirrus, cumulus and the sun.
inline Vec sky(Vec d) {
  Vec c = clear_sky(d);
  if (d.y < 0.012f) return c;
  const float near = std::max(0.0f, dot(d, sun_seen));
  c += Vec{1, 0.86f, 0.62f} * (30 * smoothstep(0.99988f, 0.99997f, near));
  const float u = d.x / (d.y + 0.06f), v = d.z / (d.y + 0.06f);
  const float wisps =
      smoothstep(0.10f, 0.65f, fbm(u * 0.75f + 0.5f * fbm(u, v, 3), v * 0.28f + 2.3f, 7) + 0.1f);
  c = mix(c, Vec{0.95f, 0.90f, 0.84f} + Vec{0.7f, 0.4f, 0.15f} * std::pow(near, 24.0f),
          0.22f * wisps * smoothstep(0.02f, 0.2f, d.y));
  const float enter = 1500 / d.y, leave = 2400 / d.y;
  const int steps = 44;
  float left = 1;
  Vec glow;
  for (int i = 0; i < steps && left > 0.02f && enter < 30000; ++i) {
    const float t = mix(enter, leave, (i + lattice(int(d.x * 40000), int(d.y * 40000))) / steps);
    const Vec p = d * t;
    const float density = cloud_density(p, 7);
    if (density < 0.01f) continue;
    float shade = 0;
    for (const float reach : {60.0f, 150.0f, 320.0f})
      shade += cloud_density(p + sun_from * reach, 4) * reach;
    const float lit = 0.75f * std::exp(-shade * 0.011f) + 0.25f * std::exp(-shade * 0.0022f);
    const float level = (p.y - 1500) / 900;
    const Vec light = Vec{1.0f, 0.88f, 0.70f} * (lit * (1.25f + 1.6f * std::pow(near, 12.0f))) +
                      Vec{0.26f, 0.34f, 0.48f} * (0.45f + 0.8f * level);
    const float fresh = left * (1 - std::exp(-density * (leave - enter) / steps * 0.012f));
    glow += mix(light, clear_sky(d), 1 - std::exp(-t * 0.00006f)) * fresh;
    left -= fresh;
  }
  return c * left + glow;
}

}  // namespace world
