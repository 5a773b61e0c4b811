#pragma once

#include <tiffio.h>

#include <memory>
#include <string>

#include "picture/raster.hpp"

namespace pastiche::cli {

/// A TIFF in memory, as libtiff reads or writes a file.
struct TiffMemory {
  ByteSpan input;
  Bytes output;
  bool writing = false;
  std::uint64_t position = 0;
  std::string complaint;  ///< libtiff's first error

  std::uint64_t size() const { return writing ? output.size() : input.size(); }
};

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

/// Null when the input is no TIFF. REQUIRES: `memory` outlives the handle.
Tiff open_tiff(TiffMemory& memory);

}  // namespace pastiche::cli
