#include "evaluate/folder.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <set>

#include "pastiche/error.hpp"
#include "picture/formats.hpp"
#include "picture/image_file.hpp"
#include "picture/shrink.hpp"
#include "say.hpp"
#include "text.hpp"

namespace pastiche::cli {

namespace fs = std::filesystem;

std::vector<std::string> pictures_in(const std::string& folder) {
  std::error_code error;
  if (fs::is_regular_file(folder, error)) return {folder};
  std::vector<std::string> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (format_for(entry->path()) && !entry->path().filename().string().starts_with("."))
      files.push_back(entry->path());
  if (error)
    throw Error(Error::Kind::BadImage,
                say(_("The folder {} cannot be read: {}."), in_quotes(folder), error.message()));
  if (files.empty())
    throw Error(Error::Kind::BadImage,
                say(_("The folder {} holds no picture; .png, .jpg, .tif and .webp files are."),
                    in_quotes(folder)));
  std::ranges::sort(files);
  return files;
}

Shown read_shown(const std::string& file, int size) {
  Picture picture = read_picture(file);
  if (size > 0) picture.image = shrunk(picture.image, size);
  round_to_8_bits(picture.image);
  return {file, picture.sha256, std::move(picture.image)};
}

void round_to_8_bits(Image& image) {
  for (float& value : image.pixels) value = std::round(std::clamp(value, 0.f, 1.f) * 255) / 255;
}

std::string name_of(const std::string& file) { return fs::path(file).filename(); }

std::vector<std::pair<std::size_t, std::size_t>> draw_pairs(std::size_t contents,
                                                            std::size_t styles, std::size_t most,
                                                            unsigned seed) {
  const std::size_t all = contents * styles;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  if (most == 0 || most >= all) {
    for (std::size_t i = 0; i < all; ++i) pairs.emplace_back(i / styles, i % styles);
    return pairs;
  }
  // Not std::sample, which draws differently from one standard library to the next.
  std::mt19937_64 random(seed);
  std::set<std::size_t> drawn;
  while (drawn.size() < most) drawn.insert(std::size_t(random() % all));
  for (const std::size_t i : drawn) pairs.emplace_back(i / styles, i % styles);
  return pairs;
}

}  // namespace pastiche::cli
