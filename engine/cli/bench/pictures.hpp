#pragma once

#include "pastiche/filter.hpp"

namespace pastiche::cli {

/// As many pictures as the filter needs at least, square, drawn: the same every time, and with
/// detail of every size, as a photo has. `side` in pixels.
Pictures drawn_pictures(const Filter& filter, int side);

}  // namespace pastiche::cli
