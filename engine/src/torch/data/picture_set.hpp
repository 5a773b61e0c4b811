#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "data/picture_source.hpp"
#include "train/train_options.hpp"

namespace pastiche {

/// One picture file as {3, H, W} uint8 RGB, on white where it is clear. Throws BadImage.
torch::Tensor read_rgb(const std::filesystem::path& file);

/// Squares of pictures and what they show.
struct Batch {
  torch::Tensor squares;  ///< {N, 3 or 4, S, S}: uint8, or float32 in 0..1 after to()
  torch::Tensor classes;  ///< {N} int64: places in PictureSet::classes()

  Batch to(torch::Device device) const {
    return {squares.to(device, torch::kFloat32) / 255, classes.to(device)};
  }
};

/// What the names of pictures say that they show: where there are several folders the folder, "7"
/// of "7/0001.png"; else the name less the numbers before and behind, "rose" of "00177_rose.jpg",
/// which may leave nothing.
std::vector<std::string> classes_of(const std::vector<std::string>& names);

/// Squares cut at random from a source's pictures. Every 32nd picture is held
/// out: batch() never shows it.
class PictureSet {
 public:
  /// The squares have four channels when `alpha`; else pictures lie on white where they are clear.
  /// Throws as open_pictures().
  explicit PictureSet(const std::string& data, const Augmentation& augmentation = {},
                      bool alpha = false);

  std::size_t size() const { return learnt_.size() + held_out_.size(); }

  /// The classes of the pictures (classes_of), in alphabetical order.
  const std::vector<std::string>& classes() const { return classes_; }

  /// How many pictures are of each.
  std::vector<int64_t> class_counts() const;

  /// `count` random squares of `side` px, uint8, augmented. Depends on `seed`
  /// and `step` alone, so that a resumed training sees what an uninterrupted
  /// one sees. Pictures that cannot be decoded are passed over and remembered;
  /// throws BadImage when none can. Safe to call from several threads.
  Batch batch(int64_t count, int64_t side, std::uint64_t seed, std::uint64_t step) const;

  /// The same of the pictures held out, neither tilted in colour nor different
  /// the next time.
  Batch held_out(int64_t count, int64_t side) const;

  /// "2 pictures could not be read: a.jpg, b.png", of those met so far; "" if all could.
  std::string skipped() const;

 private:
  using Indices = std::vector<std::size_t>;

  Batch squares(const Indices& pictures, const Augmentation& augmentation, int64_t count,
                int64_t side, std::uint64_t seed, std::uint64_t step) const;

  std::unique_ptr<PictureSource> source_;
  Augmentation augmentation_;
  bool alpha_;
  Indices learnt_, held_out_;
  std::vector<std::string> classes_;
  std::vector<int64_t> class_of_;  // of each picture
  mutable std::mutex mutex_;
  mutable std::set<std::string> skipped_;
};

/// Writes {rows * columns, 3, H, W} in 0..1 as one picture, row by row, in the
/// format of the name's ending. Throws Output.
void write_sheet(const std::filesystem::path& file, const torch::Tensor& pictures, int64_t columns);

}  // namespace pastiche
