#include "stream/taps.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche::stream {

Taps::Taps(int from, int to, bool by_area) : begins_{0} {
  for (int place = 0; place < to; ++place) {
    by_area ? add_area(place, from, to) : add_cubic(place, from, to);
    begins_.push_back(taps_.size());
  }
}

void Taps::add_area(long place, long from, long to) {
  const long first = place * from / to, last = ((place + 1) * from + to - 1) / to;
  for (long i = first; i < last; ++i) taps_.push_back({int(i), 1.0f / float(last - first)});
}

void Taps::add_cubic(int place, int from, int to) {
  constexpr double a = -0.75;
  const double at = (place + 0.5) * from / to - 0.5, below = std::floor(at), t = at - below;
  const auto near = [](double x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  const auto far = [](double x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  const double weights[4] = {far(t + 1), near(t), near(1 - t), far(2 - t)};
  for (int k = 0; k < 4; ++k)
    taps_.push_back({std::clamp(int(below) + k - 1, 0, from - 1), float(weights[k])});
}

}  // namespace pastiche::stream
