/// Draws cutout.png as a PAM with straight alpha: cutout OUT.pam. A sunflower and its soft shadow
/// on nothing; where alpha is 0 the colours are garbage on purpose, which no filter may let
/// through.
#include "sunflower.hpp"

namespace {

using namespace paint;

constexpr int size = 600, samples = 3;
const Vec light_from = normalize({-0.6f, 0.7f, -0.7f});

Vec lit(Vec p, Vec n, Vec colour) {
  const float facing = dot(n, light_from), own = smoothstep(0.25f, 0.55f, length(p));
  return colour * (Vec{1.0f, 0.88f, 0.70f} * (2.6f * std::max(facing, 0.0f)) +
                   Vec{0.50f, 0.60f, 0.75f} * (0.35f + 0.25f * own)) +
         colour * colour * (1.3f * std::max(-facing, 0.0f));
}

/// Part of the pixel that the flower covers, from 0 to 1, and its mean colour for the screen.
float cover(const Frame& frame, int x, int y, Vec& colour) {
  int hits = 0;
  for (int j = 0; j < samples; ++j)
    for (int i = 0; i < samples; ++i) {
      const size_t at = frame.at(x * samples + i, y * samples + j);
      if (frame.depth[at] > 1e8f) continue;
      const Vec l = frame.light[at] * 0.52f;
      colour += Vec{expose(l.x), expose(l.y), expose(l.z)};
      ++hits;
    }
  if (hits) colour = colour * (1.0f / hits);
  return float(hits) / (samples * samples);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: cutout OUT.pam\n", stderr), 2;
  Frame frame(size * samples, size * samples);
  const Camera camera{{0, 0, -6}, 2.4f, 0};
  put_sunflower(frame, camera, {-0.06f, 0.06f, 0}, normalize({-0.2f, 0.25f, -1}), 1.0f, Random{5},
                lit);

  FILE* file = std::fopen(argv[1], "wb");
  if (!file) return 1;
  std::fprintf(file, "P7\nWIDTH %d\nHEIGHT %d\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n",
               size, size);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      Vec colour;
      const float flower = cover(frame, x, y, colour);
      const float u = (x - 330.0f) / size, v = (y - 335.0f) / size, ring = std::hypot(u, v);
      const float petals = 0.015f * std::cos(19 * std::atan2(v, u));
      const float shadow = 0.55f * smoothstep(0.48f, 0.28f, ring + petals),
                  alpha = flower + (1 - flower) * shadow;
      Vec shown = mix(Vec{0.08f, 0.06f, 0.12f}, colour, alpha > 0 ? flower / alpha : 0);
      if (int(255 * alpha + 0.5f) == 0)
        shown = {lattice(x, y, 1), lattice(x / 8, y / 8, 2), float((x / 50 + y / 50) % 2)};
      for (const float c : {shown.x, shown.y, shown.z, alpha})
        std::fputc(int(255 * clamp01(c) + 0.5f), file);
    }
  return std::fclose(file) == 0 ? 0 : 1;
}
