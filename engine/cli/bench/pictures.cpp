#include "bench/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace pastiche::cli {
namespace {

/// Evenly spread numbers in [0, 1), always the same at a place of a lattice.
float hash(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
  std::uint32_t h = x * 0x8da6b343u ^ y * 0xd8163841u ^ seed * 0xcb1ab31fu;
  h = (h ^ h >> 15) * 0x2c1b3c6du;
  h = (h ^ h >> 12) * 0x297a2d39u;
  return float((h ^ h >> 15) >> 8) / float(1 << 24);
}

/// Value noise: the lattice's numbers, with smooth ways between them (Perlin 1985).
float noise(float x, float y, std::uint32_t seed) {
  const auto column = std::uint32_t(x), row = std::uint32_t(y);
  const auto eased = [](float t) { return t * t * (3 - 2 * t); };
  const float u = eased(x - float(column)), v = eased(y - float(row));
  const float top = std::lerp(hash(column, row, seed), hash(column + 1, row, seed), u);
  const float low = std::lerp(hash(column, row + 1, seed), hash(column + 1, row + 1, seed), u);
  return std::lerp(top, low, v);
}

/// Octaves that fall as the spectrum of photos does, and discs with sharp edges.
Image drawn(int side, std::uint32_t seed) {
  constexpr int finest = 256;  // cells of the lattice on a side
  Image image(side, side);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const float u = float(x) / float(side), v = float(y) / float(side);
      const bool disc = std::hypot(std::fmod(u * 5, 1.f) - .5f, std::fmod(v * 5, 1.f) - .5f) < .3f;
      for (std::uint32_t c = 0; c < 3; ++c) {
        float value = 0.5f, weight = 0.7f;
        for (int cells = 2; cells <= finest; cells *= 2, weight *= 0.6f)
          value += weight * (noise(u * float(cells), v * float(cells), seed + c) - 0.5f);
        value = std::clamp(value, 0.f, 1.f);
        image.at(x, y)[c] = disc ? 1 - value : value;
      }
      image.at(x, y)[3] = 1;
    }
  return image;
}

}  // namespace

Pictures drawn_pictures(const Filter& filter, int side) {
  Pictures pictures;
  std::uint32_t seed = 0;
  for (const Input& input : filter.inputs)
    for (int i = 0; i < input.min; ++i) pictures[input.name].push_back(drawn(side, seed += 3));
  return pictures;
}

}  // namespace pastiche::cli
