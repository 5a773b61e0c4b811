#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>

#include "pastiche/image.hpp"

namespace pastiche {

/// A folder of its own that goes with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pastiche-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Opaque, every colour different, smooth enough for a network to see shapes.
inline Image gradient_image(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float* pixel = image.at(x, y);
      pixel[0] = float(x) / float(width);
      pixel[1] = float(y) / float(height);
      pixel[2] = (x / 4 + y / 4) % 2 ? 0.75f : 0.25f;
      pixel[3] = 1;
    }
  return image;
}

/// The largest difference between two pictures' values; infinite for unequal sizes.
inline float difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return INFINITY;
  float largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

}  // namespace pastiche
