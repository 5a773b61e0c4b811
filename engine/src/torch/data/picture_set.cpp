#include "data/picture_set.hpp"

#include <algorithm>
#include <random>

#include "data/picture_file.hpp"
#include "data/transparency.hpp"
#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t step) : random_(make(seed, step)) {}

  int64_t whole(int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random_);
  }
  double real(double from, double to) {
    return std::uniform_real_distribution<double>(from, to)(random_);
  }
  bool coin() { return random_() & 1; }

 private:
  static std::mt19937_64 make(std::uint64_t seed, std::uint64_t step) {
    std::seed_seq sequence = {std::uint32_t(seed), std::uint32_t(step), std::uint32_t(step >> 32)};
    return std::mt19937_64(sequence);
  }
  std::mt19937_64 random_;
};

/// Brightness, contrast and saturation, each changed by up to `share`, of {3 or 4, H, W} in 0..255.
torch::Tensor tilt_colours(const torch::Tensor& picture, double share, Dice& dice) {
  const torch::Tensor rgb = picture.narrow(0, 0, 3);
  const torch::Tensor grey = rgb.mean(0, true);
  const torch::Tensor tinted = torch::lerp(grey, rgb, dice.real(1 - share, 1 + share));
  const torch::Tensor level = tinted.mean();
  const torch::Tensor tilted = (tinted - level) * dice.real(1 - share, 1 + share) + level +
                               127.5 * dice.real(-share, share);
  return torch::cat({tilted, picture.narrow(0, 3, picture.size(0) - 3)});
}

/// A random square of {3 or 4, H, W} uint8, brought to `side`.
torch::Tensor random_square(const torch::Tensor& picture, int64_t side,
                            const Augmentation& augmentation, Dice& dice) {
  const int64_t height = picture.size(1), width = picture.size(2);
  const int64_t shorter = std::min(height, width), nearest = std::min(shorter, side);
  const int64_t edge =
      dice.whole(shorter - std::llround(augmentation.zoom * double(shorter - nearest)), shorter);
  const int64_t x = dice.whole(0, width - edge), y = dice.whole(0, height - edge);
  torch::Tensor square = resampled(picture.narrow(1, y, edge).narrow(2, x, edge), side, side);
  if (dice.coin() && augmentation.flip) square = square.flip(2);
  if (augmentation.colour > 0) square = tilt_colours(square, augmentation.colour, dice);
  return square.round().clamp(0, 255).to(torch::kUInt8);
}

/// "rose" of "00177_rose.jpg".
std::string without_numbers(const std::string& name) {
  const std::string stem = fs::path(name).stem().string(), numbering = "0123456789_- .";
  const auto first = stem.find_first_not_of(numbering);
  if (first == stem.npos) return "";
  return stem.substr(first, stem.find_last_not_of(numbering) + 1 - first);
}

}  // namespace

torch::Tensor read_rgb(const fs::path& file) {
  const torch::Tensor picture = decode(file);
  if (!picture.defined())
    throw Error(Error::Kind::BadImage, "The picture " + file.string() + " cannot be read.");
  return on_white(picture);
}

std::vector<std::string> classes_of(const std::vector<std::string>& names) {
  std::vector<std::string> classes;
  for (const std::string& name : names)
    classes.push_back(fs::path(name).parent_path().generic_string());
  if (std::set<std::string>(classes.begin(), classes.end()).size() > 1) return classes;
  std::ranges::transform(names, classes.begin(), without_numbers);
  return classes;
}

PictureSet::PictureSet(const std::string& data, const Augmentation& augmentation, bool alpha)
    : source_(open_pictures(data)), augmentation_(augmentation), alpha_(alpha) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < source_->size(); ++i) {
    (i % 32 == 31 ? held_out_ : learnt_).push_back(i);
    names.push_back(source_->name(i));
  }
  const std::vector<std::string> each = classes_of(names);
  classes_ = each;
  std::ranges::sort(classes_);
  classes_.erase(std::ranges::unique(classes_).begin(), classes_.end());
  for (const std::string& name : each)
    class_of_.push_back(std::ranges::lower_bound(classes_, name) - classes_.begin());
}

std::vector<int64_t> PictureSet::class_counts() const {
  std::vector<int64_t> counts(classes_.size());
  for (const int64_t place : class_of_) ++counts[std::size_t(place)];
  return counts;
}

Batch PictureSet::batch(int64_t count, int64_t side, std::uint64_t seed, std::uint64_t step) const {
  return squares(learnt_, augmentation_, count, side, seed, step);
}

Batch PictureSet::held_out(int64_t count, int64_t side) const {
  return squares(held_out_.empty() ? learnt_ : held_out_, {}, count, side, 0, 0);
}

Batch PictureSet::squares(const Indices& pictures, const Augmentation& augmentation, int64_t count,
                          int64_t side, std::uint64_t seed, std::uint64_t step) const {
  Dice dice(seed, step);
  std::vector<torch::Tensor> found;
  std::vector<int64_t> classes;
  for (std::size_t misses = 0; int64_t(found.size()) < count;) {
    const std::size_t i = pictures[std::size_t(dice.whole(0, int64_t(pictures.size()) - 1))];
    const torch::Tensor picture = source_->at(i);
    if (picture.defined()) {
      found.push_back(random_square(alpha_ ? with_alpha(picture) : on_white(picture), side,
                                    augmentation, dice));
      classes.push_back(class_of_[i]);
      continue;
    }
    {
      const std::lock_guard lock(mutex_);
      skipped_.insert(source_->name(i));
    }
    if (++misses > 100 + pictures.size())
      throw Error(Error::Kind::BadImage, "None of the folder's pictures can be decoded.");
  }
  return {torch::stack(found), torch::tensor(classes)};
}

std::string PictureSet::skipped() const {
  const std::lock_guard lock(mutex_);
  return list_skipped({skipped_.begin(), skipped_.end()});
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
  encode(file, sheet);
}

}  // namespace pastiche
