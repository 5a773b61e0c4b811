#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "pastiche/filter.hpp"

namespace pastiche {

/// A picture of which only this is known, in pixels.
struct PictureSize {
  int width = 0, height = 0;

  double pixels() const { return double(width) * height; }
};

/// The pictures of one call, by the input's name.
using Sizes = std::map<std::string, std::vector<PictureSize>, std::less<>>;

PASTICHE_API Sizes sizes_of(const Pictures& pictures);

/// What a call of run() will need on this machine.
struct Prediction {
  double seconds = 0;       ///< of run(), the computing library being open
  std::size_t bytes = 0;    ///< resident at the peak, of the whole process
  std::size_t allowed = 0;  ///< that it may use: the setting memory, or what is free
  std::string device;       ///< as the fact of that name
  std::string precision;
  int width = 0, height = 0;  ///< px, worked at in the end
  int tiles = 1;              ///< that such a picture is computed in
};

/// Of a call with pictures of those sizes, before it. The first time for a model and its settings a
/// small piece of such work is timed, for a second at most; what that tells is kept for this
/// machine in $XDG_CACHE_HOME/pastiche/machine.json, with how long calls of run() took then. Throws
/// what run() would throw before it begins to compute: no such model or device, no memory.
PASTICHE_API Prediction predict(const Filter& filter, const Sizes& sizes, const Settings& settings);

/// "0.4 s", "40 s", "12 min", "3.5 h"; "350 MiB", "1.2 GiB": for people to read.
PASTICHE_API std::string print_seconds(double seconds);
PASTICHE_API std::string print_bytes(std::size_t bytes);

}  // namespace pastiche
