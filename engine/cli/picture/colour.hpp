#pragma once

#include "pastiche/image.hpp"
#include "picture/raster.hpp"

namespace pastiche::cli {

/// The engine's view of a file's pixels: sRGB-encoded straight RGBA, turned by the EXIF
/// `orientation` (1..8). A profile is applied by LittleCMS in float, without clamping; one that
/// measures as sRGB, and none at all, leave the numbers alone. Uses `raster.samples` up, row by
/// row: the two are never whole at once.
Image to_image(Raster& raster, int orientation);

/// What a file is to hold.
struct Holding {
  Raster::Colour colour;  ///< Grey or Rgb
  bool alpha;
  int depth;
  Bytes icc;  ///< of that colour; empty = sRGB
};

/// The other way: converted to the profile, clamped to 0..1 (not in float) and rounded; exact for
/// what to_image made of 8 or 16 bits of sRGB. Without alpha the picture is laid on white. It, too,
/// is used up row by row.
Raster to_raster(Image image, const Holding& holding);

/// The colour space a profile is of. Throws Unreadable for bytes that are no profile.
enum class ProfileSpace { Grey, Rgb, Cmyk, Other };
ProfileSpace profile_space(const Bytes& icc);

/// Whether every pixel is grey, to within what 16 bits can show.
bool is_grey(const Image& image);
bool is_opaque(const Image& image);

}  // namespace pastiche::cli
