/// What the sample pictures are painted with: vectors, noise, a frame with depth, and brush
/// strokes. Everything follows from coordinates and fixed seeds, so a picture comes out the same
/// each time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace paint {

struct Vec {
  float x = 0, y = 0, z = 0;
};
inline Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec operator-(Vec a, Vec b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec operator*(Vec a, Vec b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec operator*(Vec a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline Vec& operator+=(Vec& a, Vec b) { return a = a + b; }
inline float dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline float length(Vec a) { return std::sqrt(dot(a, a)); }
inline Vec normalize(Vec a) { return a * (1 / length(a)); }
inline Vec reflect(Vec d, Vec n) { return d - n * (2 * dot(d, n)); }
inline float clamp01(float x) { return std::clamp(x, 0.0f, 1.0f); }
inline float mix(float a, float b, float t) { return a + (b - a) * t; }
inline Vec mix(Vec a, Vec b, float t) { return a + (b - a) * t; }
inline float smoothstep(float a, float b, float x) {
  x = clamp01((x - a) / (b - a));
  return x * x * (3 - 2 * x);
}
/// Turns p about the vertical axis by `angle` radians.
inline Vec turn(Vec p, float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {c * p.x + s * p.z, p.y, c * p.z - s * p.x};
}

inline uint32_t scramble(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352dU;
  x = (x ^ (x >> 15)) * 0x846ca68bU;
  return x ^ (x >> 16);
}
/// A fixed random number in [0, 1) for each point of the integer lattice.
inline float lattice(int x, int y, int z = 0) {
  const uint32_t h =
      uint32_t(x) * 0x9e3779b1U ^ uint32_t(y) * 0x85ebca77U ^ uint32_t(z) * 0xc2b2ae3dU;
  return float(scramble(h) >> 8) / 16777216.0f;
}

/// Smooth noise in [-1, 1] with features of size 1.
inline float noise(float x, float y) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int i = int(fx), j = int(fy);
  const float u = smoothstep(0, 1, x - fx), v = smoothstep(0, 1, y - fy);
  return 2 * mix(mix(lattice(i, j), lattice(i + 1, j), u),
                 mix(lattice(i, j + 1), lattice(i + 1, j + 1), u), v) -
         1;
}
inline float noise(Vec p) {
  const float fx = std::floor(p.x), fy = std::floor(p.y), fz = std::floor(p.z);
  const int i = int(fx), j = int(fy), k = int(fz);
  const float u = smoothstep(0, 1, p.x - fx), v = smoothstep(0, 1, p.y - fy);
  const auto slice = [&](int n) {
    return mix(mix(lattice(i, j, n), lattice(i + 1, j, n), u),
               mix(lattice(i, j + 1, n), lattice(i + 1, j + 1, n), u), v);
  };
  return 2 * mix(slice(k), slice(k + 1), smoothstep(0, 1, p.z - fz)) - 1;
}

/// Sums of noise at doubling frequencies, each turned against the last; about [-1, 1].
inline float fbm(float x, float y, int octaves) {
  float sum = 0, weight = 0.5f;
  for (; octaves > 0; --octaves, weight *= 0.5f) {
    sum += weight * noise(x, y);
    const float turned = 1.6f * x + 1.2f * y + 17.1f;
    y = 1.6f * y - 1.2f * x - 5.3f;
    x = turned;
  }
  return sum;
}
inline float fbm(Vec p, int octaves) {
  float sum = 0, weight = 0.5f;
  for (; octaves > 0; --octaves, weight *= 0.5f) {
    sum += weight * noise(p);
    p = Vec{1.6f * p.x + 1.2f * p.z, 2.02f * p.y, 1.6f * p.z - 1.2f * p.x} + Vec{7.3f, 3.1f, 1.7f};
  }
  return sum;
}

/// A stream of random numbers.
struct Random {
  uint32_t state;
  float operator()() { return float(scramble(state += 0x9e3779b9U) >> 8) / 16777216.0f; }
  float operator()(float low, float high) { return mix(low, high, (*this)()); }
  Vec direction() {
    const float y = (*this)(-1, 1), a = (*this)(0, 6.2831853f), r = std::sqrt(1 - y * y);
    return {r * std::cos(a), y, r * std::sin(a)};
  }
};

/// Linear light and the distance it came from, per sample.
struct Frame {
  Frame(int width, int height)
      : width(width), height(height), light(size_t(width) * height), depth(light.size(), 1e9f) {}

  int width, height;
  std::vector<Vec> light;
  std::vector<float> depth;

  size_t at(int x, int y) const { return size_t(y) * width + x; }
};

/// Calls draw(x, y) for each sample of the frame, on all cores.
template <class Draw>
void each_sample(const Frame& frame, Draw draw) {
  std::atomic<int> next_row = 0;
  const auto work = [&] {
    for (int y; (y = next_row++) < frame.height;)
      for (int x = 0; x < frame.width; ++x) draw(x, y);
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
    threads.emplace_back(work);
}

/// A pinhole at `eye` looking along +z. `focal` is in picture widths; `rise` shifts the view
/// upwards, in picture widths, without tilting verticals.
struct Camera {
  Vec eye;
  float focal, rise;

  Vec ray(const Frame& f, float x, float y) const {
    return normalize({x / f.width - 0.5f, (0.5f * f.height - y) / f.width + rise, focal});
  }
  /// Where the direction d meets the frame: samples in x and y, samples per unit at z = 1 in z.
  Vec project(const Frame& f, Vec d) const {
    const float scale = focal * f.width / d.z;
    return {0.5f * f.width + d.x * scale, 0.5f * f.height + rise * f.width - d.y * scale, scale};
  }
};

/// One stroke of a brush from a to b: full `width` (in units of the world) where `belly` has it.
struct Stroke {
  enum class Shape { Blade, Leaf, Stick } shape;
  Vec a, b;
  float width;
  Vec light;
};

/// Puts the stroke into the frame where nothing nearer is. Strokes thinner than a sample are
/// thinned out at random, so that a far tree is no denser than a near one.
inline void put(Frame& f, const Camera& camera, const Stroke& s, Random& random) {
  const Vec da = s.a - camera.eye, db = s.b - camera.eye;
  if (da.z < 0.3f || db.z < 0.3f) return;
  const Vec a = camera.project(f, da), b = camera.project(f, db);
  float radius = 0.25f * s.width * (a.z + b.z);
  if (radius < 0.5f && random() > 2 * radius) return;
  radius = std::max(radius, 0.5f);
  const float ux = b.x - a.x, uy = b.y - a.y, span = std::max(ux * ux + uy * uy, 1e-6f);
  const int left = std::max(0, int(std::min(a.x, b.x) - radius)),
            right = std::min(f.width - 1, int(std::max(a.x, b.x) + radius));
  const int top = std::max(0, int(std::min(a.y, b.y) - radius)),
            bottom = std::min(f.height - 1, int(std::max(a.y, b.y) + radius));
  for (int y = top; y <= bottom; ++y)
    for (int x = left; x <= right; ++x) {
      const float px = x + 0.5f - a.x, py = y + 0.5f - a.y;
      const float t = clamp01((px * ux + py * uy) / span);
      const float shape = s.shape == Stroke::Shape::Leaf    ? 4 * t * (1 - t)
                          : s.shape == Stroke::Shape::Blade ? 1 - 0.8f * t
                                                            : 1;
      const float off = std::hypot(px - t * ux, py - t * uy),
                  reach = std::max(radius * shape, 0.5f);
      const float distance = length(mix(da, db, t));
      if (off > reach || distance >= f.depth[f.at(x, y)]) continue;
      f.depth[f.at(x, y)] = distance;
      f.light[f.at(x, y)] = s.light;
    }
}

/// Film: rolls the highlights off and encodes for the screen. Takes and returns 0 to 1 and more.
inline float expose(float x) {
  x = x * (2.51f * x + 0.03f) / (x * (2.43f * x + 0.59f) + 0.14f);
  x = clamp01(x);
  return x < 0.0031308f ? 12.92f * x : 1.055f * std::pow(x, 1 / 2.4f) - 0.055f;
}

/// Averages samples in squares of `scale`, adds film grain, writes a binary PPM.
inline bool write(const Frame& f, int scale, float exposure, const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return false;
  const int width = f.width / scale, height = f.height / scale;
  std::fprintf(file, "P6\n%d %d\n255\n", width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      Vec sum;
      for (int j = 0; j < scale; ++j)
        for (int i = 0; i < scale; ++i) {
          const Vec l = f.light[f.at(x * scale + i, y * scale + j)] * exposure;
          sum += Vec{expose(l.x), expose(l.y), expose(l.z)} * (1.0f / (scale * scale));
        }
      const float grey = dot(sum, {0.21f, 0.72f, 0.07f});
      sum = mix({grey, grey, grey}, sum, 1.15f);
      const float grain = 0.012f * (lattice(x, y, 1) + lattice(x, y, 2) - 1);
      const float edge = std::hypot((x + 0.5f) / width - 0.5f, (y + 0.5f) / height - 0.5f);
      const float vignette = 1 - 0.22f * edge * edge;
      for (const float c : {sum.x, sum.y, sum.z})
        std::fputc(int(255 * clamp01(c * vignette + grain) + 0.5f), file);
    }
  return std::fclose(file) == 0;
}

}  // namespace paint
