#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <string>

namespace pastiche {

/// Numbered pictures to learn from, in an order that stays. Safe to read from
/// several threads.
class PictureSource {
 public:
  virtual ~PictureSource() = default;

  virtual std::size_t size() const = 0;

  /// {3, H, W} uint8 RGB, or {4, H, W} with alpha; undefined when it cannot be decoded.
  virtual torch::Tensor at(std::size_t i) const = 0;

  /// For sentences: a path below the folder.
  virtual std::string name(std::size_t i) const = 0;
};

/// `data` is a folder, searched with its subfolders; a file written by
/// pack_pictures(), mapped into memory; an IDX file, as MNIST's; or "" for pictures that are drawn
/// when asked for: dead leaves, which have the edges and the scale invariance of photographs (Lee,
/// Mumford & Huang 2001). Throws BadImage when there is no such folder or file, or when it holds no
/// picture.
std::unique_ptr<PictureSource> open_pictures(const std::string& data);

/// One picture of dead leaves, {3, side, side} uint8.
torch::Tensor draw_leaves(std::uint64_t seed, int side);

}  // namespace pastiche
