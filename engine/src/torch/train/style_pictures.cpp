#include "train/style_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "data/picture_set.hpp"
#include "pastiche/error.hpp"
#include "tensor_image.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

constexpr int usual_stroke = 512, least_stroke = 32, most_stroke = 4096;
constexpr int64_t least_side = 32;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

NamedPicture read_file(const std::string& name, const fs::path& file) {
  return {name, read_rgb(file).unsqueeze(0).to(torch::kFloat32) / 255};
}

/// "name=file,name=file" or a folder, each picture of which is named by its stem.
std::vector<NamedPicture> read_files(const std::string& text) {
  std::vector<NamedPicture> styles;
  if (fs::is_directory(text)) {
    for (const auto& entry : fs::directory_iterator(text))
      styles.push_back(read_file(entry.path().stem(), entry.path()));
    std::ranges::sort(styles, {}, &NamedPicture::name);
    return styles;
  }
  for (const std::string& part : split(text)) {
    const auto equals = part.find('=');
    const fs::path file = part.substr(equals == part.npos ? 0 : equals + 1);
    styles.push_back(
        read_file(equals == part.npos ? file.stem().string() : part.substr(0, equals), file));
  }
  return styles;
}

std::vector<std::string> names_for(std::size_t count, const std::string& given,
                                   const std::string& usual, const std::string& kind) {
  std::vector<std::string> names = split(given);
  if (!names.empty() && names.size() != count)
    throw Error(Error::Kind::BadSetting, "The setting name is " + in_quotes(given) +
                                             ", which names " + std::to_string(names.size()) + " " +
                                             kind + "s, but there are " + std::to_string(count) +
                                             " " + kind + " pictures.");
  for (std::size_t i = names.size(); i < count; ++i)
    names.push_back(count == 1 ? usual : usual + "-" + std::to_string(i + 1));
  return names;
}

/// Blends are written "name:weight,name:weight".
void check_names(const std::vector<NamedPicture>& pictures, const std::string& kind) {
  if (pictures.empty())
    throw Error(Error::Kind::BadSetting, "No " + kind + " was given: " + kind +
                                             " takes a picture, " + kind +
                                             "s NAME=FILE,NAME=FILE... or a folder.");
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::string& name = pictures[i].name;
    if (name.empty() || name.find_first_of(",: /") != name.npos)
      throw Error(Error::Kind::BadSetting,
                  "A " + kind + " cannot be called " + in_quotes(name) +
                      "; its name must not be empty, nor have a comma, colon, blank or slash.");
    for (std::size_t j = 0; j < i; ++j)
      if (pictures[j].name == name)
        throw Error(Error::Kind::BadSetting, "Two " + kind + "s are called " + in_quotes(name) +
                                                 "; each needs its own "
                                                 "name.");
  }
}

/// Smaller ones have no strokes to learn.
void check_size(const NamedPicture& one, const std::string& kind) {
  const int64_t height = one.picture.size(2), width = one.picture.size(3);
  if (std::min(height, width) < least_side)
    throw Error(Error::Kind::BadImage,
                "The picture of the " + kind + " " + in_quotes(one.name) + " has " +
                    std::to_string(width) + "x" + std::to_string(height) + " pixels; " +
                    std::to_string(least_side) + " at least are needed on either side.");
}

}  // namespace

torch::Tensor with_longest_side(const torch::Tensor& picture, int longest) {
  const double scale = double(longest) / double(std::max(picture.size(2), picture.size(3)));
  return resize(picture, std::max<int64_t>(least_side, std::llround(picture.size(2) * scale)),
                std::max<int64_t>(least_side, std::llround(picture.size(3) * scale)));
}

std::vector<NamedPicture> read_named(const std::string& files, const std::vector<Image>& given,
                                     const std::string& names, const std::string& default_name,
                                     const std::string& kind) {
  std::vector<NamedPicture> pictures = read_files(files);
  const auto called = names_for(given.size(), names, default_name, kind);
  for (std::size_t i = 0; i < given.size(); ++i)
    pictures.push_back({called[i], to_tensor(given[i], torch::kCPU)});
  check_names(pictures, kind);
  for (const NamedPicture& one : pictures) check_size(one, kind);
  return pictures;
}

std::vector<int> parse_strokes(const std::string& text, const std::vector<int>& base) {
  if (text.empty()) return base.empty() ? std::vector<int>{usual_stroke} : base;
  std::vector<int> strokes;
  for (const std::string& part : split(text)) {
    const auto size = read_int(part);
    if (!size || *size < least_stroke || *size > most_stroke ||
        (!strokes.empty() && *size <= strokes.back()))
      throw Error(Error::Kind::BadSetting,
                  "The setting strokes is " + in_quotes(text) +
                      ", but must be sizes from 32 to 4096, ascending, such as 384,768.");
    strokes.push_back(*size);
  }
  return strokes;
}

StylePictures read_styles(const FastStyleTrainOptions& options, const std::vector<Image>& given,
                          const std::string& default_name, const std::vector<int>& strokes) {
  StylePictures found;
  found.rows.strokes = strokes;
  for (const auto& [name, picture] :
       read_named(options.styles, given, options.name, default_name, "style")) {
    found.rows.styles.push_back(name);
    for (const int longest : strokes) found.pictures.push_back(with_longest_side(picture, longest));
  }
  return found;
}

}  // namespace pastiche
