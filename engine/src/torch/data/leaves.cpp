#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "data/picture_source.hpp"

namespace pastiche {
namespace {

using Colour = std::array<float, 3>;

/// A tilted ellipse or rectangle whose colour changes along one direction, with
/// a stripe pattern in it.
struct Leaf {
  float x, y, across, along, turn;
  bool square;
  Colour from, to;
  float stripes, contrast;
};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15 + 1) {}

  float between(float from, float to) {
    return std::uniform_real_distribution<float>(from, to)(random_);
  }

  /// Muted more often than pure, as out of doors.
  Colour colour() {
    const float light = between(0.05f, 0.95f), purity = std::pow(between(0, 1), 2.f) * 0.6f;
    const float hue = between(0, 2 * std::numbers::pi_v<float>);
    Colour rgb;
    for (int c = 0; c < 3; ++c)
      rgb[c] = light + purity * 0.5f * std::cos(hue - c * 2 * std::numbers::pi_v<float> / 3);
    return rgb;
  }

  /// Radii fall with the third power, which makes the picture look alike at every scale.
  Leaf leaf(float side, float smallest) {
    const float largest = 0.4f * side, u = between(0, 1);
    const float a = 1 / (smallest * smallest), b = 1 / (largest * largest);
    const float radius = 1 / std::sqrt(a + u * (b - a));
    Leaf leaf = {between(0, side),
                 between(0, side),
                 radius,
                 radius * between(0.3f, 1),
                 between(0, std::numbers::pi_v<float>),
                 between(0, 1) < 0.3f,
                 colour(),
                 {},
                 0,
                 0};
    leaf.to = leaf.from;
    for (float& value : leaf.to) value += between(-0.25f, 0.25f);
    if (between(0, 1) < 0.4f) {
      leaf.stripes = between(0.2f, 1.5f);
      leaf.contrast = between(0.02f, 0.2f);
    }
    return leaf;
  }

 private:
  std::mt19937_64 random_;
};

void paint(const Leaf& leaf, int side, std::vector<float>& rgb) {
  const float cosine = std::cos(leaf.turn), sine = std::sin(leaf.turn);
  const float reach = leaf.across + leaf.along;
  const auto inside = [&](float v) { return std::clamp(int(v), 0, side); };
  for (int y = inside(leaf.y - reach); y < inside(leaf.y + reach + 1); ++y)
    for (int x = inside(leaf.x - reach); x < inside(leaf.x + reach + 1); ++x) {
      const float u = ((x - leaf.x) * cosine + (y - leaf.y) * sine) / leaf.across;
      const float v = ((y - leaf.y) * cosine - (x - leaf.x) * sine) / leaf.along;
      const float distance =
          leaf.square ? std::max(std::abs(u), std::abs(v)) : std::sqrt(u * u + v * v);
      const float cover = std::clamp((1 - distance) * leaf.along, 0.f, 1.f);  // soft by a pixel
      if (cover == 0) continue;
      const float wave = leaf.contrast * std::sin(u * leaf.across * leaf.stripes);
      for (int c = 0; c < 3; ++c) {
        const float mine = std::lerp(leaf.from[c], leaf.to[c], 0.5f + 0.5f * u) + wave;
        float& there = rgb[std::size_t(c) * side * side + std::size_t(y) * side + x];
        there = std::lerp(there, mine, cover);
      }
    }
}

}  // namespace

torch::Tensor draw_leaves(std::uint64_t seed, int side) {
  Draw draw(seed);
  std::vector<float> rgb(std::size_t(3) * side * side, 0.5f);
  for (int i = 0; i < 60; ++i) paint(draw.leaf(float(side), 0.2f * side), side, rgb);  // the ground
  for (int i = 0; i < 500; ++i) paint(draw.leaf(float(side), 0.015f * side), side, rgb);
  return torch::from_blob(rgb.data(), {3, side, side})
      .clamp(0, 1)
      .mul(255)
      .round()
      .to(torch::kUInt8);
}

}  // namespace pastiche
