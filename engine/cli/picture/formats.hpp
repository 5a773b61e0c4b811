#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "picture/raster.hpp"

namespace pastiche::cli {

/// What a format can hold, and its code. decode() and encode() throw Unreadable, Unwritable and
/// std::bad_alloc; they never print.
struct Format {
  const char* name;                     ///< "PNG"
  std::vector<const char*> extensions;  ///< lower case; the first is the usual one
  std::vector<int> depths;              ///< rising
  bool alpha;
  bool grey;
  int max_side;  ///< pixels
  bool (*recognises)(std::string_view head);
  Extent (*measure)(ByteSpan file);  ///< what the header says; throws as decode() does
  Raster (*decode)(ByteSpan file);
  /// `quality` 1..100; 0 = what loses least within reason: JPEG 95, lossless for WebP.
  Bytes (*encode)(const Raster& raster, int quality);
};

/// PNG, JPEG, TIFF, WebP.
const std::vector<Format>& formats();

/// By the file's first bytes; nullptr for none of them.
const Format* recognise(ByteSpan file);

/// By a file name's extension, in any case; nullptr for none of them.
const Format* format_for(const std::string& file_name);

extern const Format png_format;
extern const Format jpeg_format;
extern const Format tiff_format;
extern const Format webp_format;

}  // namespace pastiche::cli
