#include "data/picture_set.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "data/picture_file.hpp"
#include "pastiche/error.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> extensions = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"};

bool is_picture(const fs::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return tolower(c); });
  return extensions.contains(extension);
}

/// A random square of {3, H, W} uint8, brought to `side`, mirrored every other time.
torch::Tensor random_square(const torch::Tensor& picture, int64_t side, std::mt19937_64& random) {
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  const int64_t height = picture.size(1), width = picture.size(2);
  const int64_t shorter = std::min(height, width);
  const int64_t edge = pick(std::min(shorter, side), shorter);
  const int64_t x = pick(0, width - edge), y = pick(0, height - edge);
  torch::Tensor square = picture.narrow(1, y, edge).narrow(2, x, edge).unsqueeze(0);
  square = torch::_upsample_bilinear2d_aa(square.to(torch::kFloat32), {side, side}, false)
               .round()
               .to(torch::kUInt8)
               .squeeze(0);
  return random() & 1 ? square.flip(2) : square;
}

}  // namespace

torch::Tensor read_rgb(const fs::path& file) {
  const torch::Tensor rgb = decode(file);
  if (!rgb.defined())
    throw Error(Error::Kind::BadImage, "The picture " + file.string() + " cannot be read.");
  return rgb;
}

PictureSet::PictureSet(const fs::path& folder) {
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied,
                                        error);
  if (error)
    throw Error(Error::Kind::BadImage,
                "The folder \"" + folder.string() + "\" cannot be read: " + error.message() + ".");
  Files found;
  for (const auto& entry : walk)
    if (entry.is_regular_file(error) && is_picture(entry.path())) found.push_back(entry.path());
  std::ranges::sort(found);
  if (found.empty())
    throw Error(Error::Kind::BadImage, "The folder \"" + folder.string() +
                                           "\" holds no picture (jpg, png, webp or tiff).");
  for (std::size_t i = 0; i < found.size(); ++i)
    (i % 32 == 31 ? held_out_ : learnt_).push_back(found[i]);
}

torch::Tensor PictureSet::batch(int64_t count, int64_t side, std::uint64_t seed,
                                std::uint64_t step) const {
  return squares(learnt_, count, side, seed, step);
}

torch::Tensor PictureSet::held_out(int64_t count, int64_t side) const {
  return squares(held_out_.empty() ? learnt_ : held_out_, count, side, 0, 0);
}

torch::Tensor PictureSet::squares(const Files& files, int64_t count, int64_t side,
                                  std::uint64_t seed, std::uint64_t step) const {
  std::seed_seq sequence = {std::uint32_t(seed), std::uint32_t(step), std::uint32_t(step >> 32)};
  std::mt19937_64 random(sequence);
  std::uniform_int_distribution<std::size_t> any(0, files.size() - 1);
  std::vector<torch::Tensor> found;
  for (std::size_t misses = 0; int64_t(found.size()) < count;) {
    const torch::Tensor picture = decode(files[any(random)]);
    if (picture.defined())
      found.push_back(random_square(picture, side, random));
    else if (++misses > 100 + files.size())
      throw Error(Error::Kind::BadImage, "None of the folder's pictures can be decoded.");
  }
  return torch::stack(found);
}

void write_sheet(const fs::path& file, const torch::Tensor& pictures, int64_t columns) {
  const int64_t rows = pictures.size(0) / columns;
  const int64_t height = pictures.size(2), width = pictures.size(3);
  const torch::Tensor sheet = pictures.detach()
                                  .cpu()
                                  .narrow(0, 0, rows * columns)
                                  .to(torch::kFloat32)
                                  .clamp(0, 1)
                                  .mul(255)
                                  .round()
                                  .to(torch::kUInt8)
                                  .view({rows, columns, 3, height, width})
                                  .permute({2, 0, 3, 1, 4})
                                  .reshape({3, rows * height, columns * width});
  if (!encode(file, sheet))
    throw Error(Error::Kind::Output, "The picture " + file.string() + " cannot be written.");
}

}  // namespace pastiche
