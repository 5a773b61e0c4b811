#pragma once

#include "pastiche/image.hpp"

namespace pastiche::cli {

/// The picture with a longest side of at most `longest` pixels, by averaging areas; as it is when
/// it is no larger. REQUIRES longest > 0 and a picture that is not empty.
Image shrunk(const Image& image, int longest);

}  // namespace pastiche::cli
