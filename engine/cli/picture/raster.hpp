#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::cli {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

/// In pixels, as the file's rows lie.
struct Extent {
  int width = 0, height = 0;
};

/// A picture as its file holds it: no colour management, no orientation.
struct Raster {
  enum class Colour { Grey, Rgb, Cmyk };

  int width = 0;
  int height = 0;
  Colour colour = Colour::Rgb;
  bool alpha = false;
  bool premultiplied = false;  ///< colours were multiplied by alpha (some TIFF files)
  int depth = 8;               ///< bits: 8 and 16 unsigned, 32 float
  Bytes samples;               ///< interleaved rows from the top left, native byte order
  Bytes icc;                   ///< the colour profile; empty = sRGB is meant
  double ppi = 0;              ///< pixels per inch; 0 = the file does not say
  bool lossless = true;
  std::vector<std::pair<std::string, std::string>> texts;  ///< PNG: keyword and UTF-8 text

  int channels() const {
    return (colour == Colour::Grey ? 1 : colour == Colour::Rgb ? 3 : 4) + (alpha ? 1 : 0);
  }
  std::size_t row_bytes() const { return std::size_t(width) * channels() * (depth / 8); }
  std::uint8_t* row(int y) { return samples.data() + row_bytes() * y; }
  const std::uint8_t* row(int y) const { return samples.data() + row_bytes() * y; }

  /// Gives `samples` its size. Throws Unreadable for sizes no picture has, before anything is
  /// allocated, and std::bad_alloc for what this machine's memory cannot hold.
  void allocate();
};

/// Why a file cannot be read, as the end of a sentence: "is damaged: it ends early". Whoever
/// knows the file's name makes the sentence whole.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Why a picture cannot be written in a format, likewise.
struct Unwritable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws Unreadable unless both sides are at least 1 and the area is at most `max_pixels`.
void check_size(std::int64_t width, std::int64_t height);

/// A thousand megapixels: beyond any camera or scanner, below what overflows a size.
inline constexpr std::int64_t max_pixels = 1'000'000'000;

}  // namespace pastiche::cli
