#pragma once

#include <string>
#include <vector>

#include "pastiche/image.hpp"

namespace pastiche::cli {

/// The files in `folder` that are named as pictures are, by name; or `folder` itself when it is a
/// file. Throws BadImage when there is no such folder, or no picture in it.
std::vector<std::string> pictures_in(const std::string& folder);

/// A picture as methods get it, and the sha256 of its file.
struct Shown {
  std::string file, sha256;
  Image image;
};

/// With a longest side of at most `size` px, 0 leaves it as it is; of 8 bits. Throws as
/// read_picture().
Shown read_shown(const std::string& file, int size);

/// Which contents go with which styles: all, or `most` of them drawn by `seed`, by content and then
/// style. REQUIRES most >= 0; 0 is all.
std::vector<std::pair<std::size_t, std::size_t>> draw_pairs(std::size_t contents,
                                                            std::size_t styles, std::size_t most,
                                                            unsigned seed);

/// As a file of 8 bits holds it, so that a picture is the same before and after it was kept.
void round_to_8_bits(Image& image);

/// What a file is called in words: its name without the folder.
std::string name_of(const std::string& file);

}  // namespace pastiche::cli
