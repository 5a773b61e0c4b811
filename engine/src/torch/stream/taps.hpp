#pragma once

#include <vector>

namespace pastiche::stream {

/// What each place of one side of a picture in another size is made of: places of the side it had,
/// and weights that sum to one.
class Taps {
 public:
  struct Tap {
    int place;
    float weight;
  };

  /// `by_area`: the places that the new one covers, in equal parts; else four around it, by the
  /// cubic of Keys 1981 with a = -3/4.
  Taps(int from, int to, bool by_area);

  const Tap* begin(int place) const { return taps_.data() + begins_[std::size_t(place)]; }
  const Tap* end(int place) const { return begin(place + 1); }

 private:
  void add_area(long place, long from, long to);
  void add_cubic(int place, int from, int to);

  std::vector<std::size_t> begins_;
  std::vector<Tap> taps_;
};

}  // namespace pastiche::stream
