#include "predict/need.hpp"

#include <algorithm>
#include <chrono>

#include "tensor_image.hpp"

namespace pastiche {
namespace {

constexpr double enough = 0.8;      // seconds of a measurement, about
constexpr double least_share = 0.4;  // of a call's seconds that its pixels take

Costs conversion_costs() {
  return cost_of_pixels([](int64_t side) {
    const Image image{int(side), int(side)};
    return std::map<std::string, double>{
        {"converting", timed([&] { to_image(to_tensor(image, torch::kCPU), image); })}};
  });
}

Costs resize_costs() {
  return cost_of_pixels([](int64_t side) {
    const torch::Tensor picture = torch::rand({1, 3, side, side});
    const double seconds = timed([&] {
      resize(picture, side / 2, side / 2);
      resize(picture, side * 3 / 2, side * 3 / 2);
    });
    return std::map<std::string, double>{{"resizing", seconds / 4.5}};  // 2 + 1/4 + 9/4 pictures
  });
}

}  // namespace

const char* name_of(torch::ScalarType dtype) { return dtype == torch::kBFloat16 ? "bf16" : "fp32"; }

double pixels_of(const Sizes& sizes, const char* input) {
  double pixels = 0;
  if (const auto found = sizes.find(input); found != sizes.end())
    for (const PictureSize& size : found->second) pixels += size.pixels();
  return pixels;
}

double timed(const std::function<void()>& act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Costs cost_of_pixels(const std::function<std::map<std::string, double>(int64_t side)>& seconds) {
  constexpr int64_t small = 64, usual = 256, large = 512;
  constexpr double few = small * small;
  std::map<int64_t, std::map<std::string, double>> least;
  double spent = 0;
  const auto measure = [&](int64_t side) {
    std::map<std::string, double> taken;
    const double all = timed([&] { taken = seconds(side); });
    for (const auto& [kind, time] : taken) {
      const auto [known, is_new] = least[side].emplace(kind, time);
      if (!is_new) known->second = std::min(known->second, time);
    }
    spent += all;
    return all;
  };
  seconds(small);  // the first time is not like the others
  for (int i = 0; i < 3; ++i) measure(small);
  const double once = measure(usual);
  for (int i = 0; i < 2 && spent + once < enough; ++i) measure(usual);
  for (int i = 0; i < 2 && spent + 4 * once < enough; ++i) measure(large);
  const auto& [side, longest] = *least.rbegin();
  const double pixels = double(side) * double(side);
  Costs costs;
  for (const auto& [kind, time] : longest) {
    // A measurement that was disturbed may not make the rest of the picture cost nothing.
    const double unit =
        std::max(time - least[small][kind], time * least_share) / (pixels - few);
    costs[kind] = {std::max(0.0, least[small][kind] - few * unit), unit};
  }
  return costs;
}

Work converting(double pixels) { return {"converting", 1, pixels, conversion_costs}; }

Work resizing(double pixels) { return {"resizing", 0, pixels, resize_costs}; }

}  // namespace pastiche
