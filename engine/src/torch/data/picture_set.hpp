#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace pastiche {

/// One picture file as {3, H, W} uint8 RGB. Throws BadImage.
torch::Tensor read_rgb(const std::filesystem::path& file);

/// The pictures of a folder and its subfolders, decoded when asked for. Every
/// 32nd is held out: batch() never shows it.
class PictureSet {
 public:
  /// Throws BadImage when the folder cannot be read or holds no picture.
  explicit PictureSet(const std::filesystem::path& folder);

  std::size_t size() const { return learnt_.size() + held_out_.size(); }

  /// {count, 3, side, side} uint8: random squares, scaled and mirrored. Depends
  /// on `seed` and `step` alone, so that a resumed training sees what an
  /// uninterrupted one sees. Files that cannot be decoded are passed over;
  /// throws BadImage when none can. Safe to call from several threads.
  torch::Tensor batch(int64_t count, int64_t side, std::uint64_t seed, std::uint64_t step) const;

  /// The same of the pictures held out; always the same squares.
  torch::Tensor held_out(int64_t count, int64_t side) const;

 private:
  using Files = std::vector<std::filesystem::path>;

  torch::Tensor squares(const Files& files, int64_t count, int64_t side, std::uint64_t seed,
                        std::uint64_t step) const;

  Files learnt_, held_out_;
};

/// Writes {rows * columns, 3, H, W} in 0..1 as one picture, row by row, in the
/// format of the name's ending. Throws Output.
void write_sheet(const std::filesystem::path& file, const torch::Tensor& pictures, int64_t columns);

}  // namespace pastiche
