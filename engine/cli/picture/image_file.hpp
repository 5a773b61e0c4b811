#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pastiche/image.hpp"
#include "picture/metadata.hpp"
#include "picture/raster.hpp"

namespace pastiche::cli {

/// What an output takes over from the file its picture came from.
struct Origin {
  bool grey = false;
  bool alpha = false;
  int depth = 8;
  Bytes icc;  ///< of RGB, or of grey when `grey`
  double ppi = 0;
  bool lossless = true;
  std::vector<std::pair<std::string, std::string>> texts;
  Metadata metadata;
};

struct Picture {
  Image image;
  Origin origin;
  std::string sha256;  ///< of the file
};

/// Reads a PNG, JPEG, TIFF or WebP file: upright, sRGB, whole. Throws Error::BadImage with the
/// file's name and what is wrong: missing, a folder, of no known format, damaged, cut off, empty,
/// too large; OutOfMemory when it cannot be held.
Picture read_picture(const std::string& path);

/// The same of a file already in memory; `name` is for the sentences.
Picture parse_picture(Bytes file, const std::string& name);

/// The size of a file's picture, upright, by its header: damage behind that is not found. Throws as
/// read_picture() does.
Extent read_extent(const std::string& path);

/// How one output is to be written.
struct OutputOptions {
  int depth = 0;    ///< bits per channel, 8 or 16; 0 = as the input
  int quality = 0;  ///< 1..100 of JPEG and WebP; 0 = the format's best use
};

/// Finds out before the computing starts whether `path` can be written: throws BadSetting for an
/// extension of no known format, Output for a folder that is missing or cannot be written to.
void check_output(const std::string& path);

/// Writes `image` as `path`'s extension says, in the origin's depth, profile and metadata as far
/// as the format holds them. A temporary file beside, then a rename: the whole file or nothing.
/// A `recipe` (JSON) goes into PNG text or XMP. An image that is moved in is used up row by row.
/// Throws Error::Output.
void write_picture(const std::string& path, Image image, const Origin& origin,
                   const OutputOptions& options, const std::string& recipe, bool generated);

/// The recipe a file holds; "" without one. Throws as read_picture.
std::string read_recipe(const std::string& path);

}  // namespace pastiche::cli
