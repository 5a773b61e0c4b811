#include "data/idx_pictures.hpp"

#include <format>
#include <fstream>

#include "pastiche/error.hpp"
#include "text.hpp"

// Layout: 0, 0, 8 (uint8), the number of dimensions; each dimension's size, 32 bits, big-endian;
// the values, the last dimension fastest.

namespace pastiche {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, const std::string& what) {
  throw Error(Error::Kind::BadImage, "The file " + in_quotes(file.string()) + " " + what + ".");
}

/// A file's uint8 values as a tensor of `dimensions`; undefined unless it begins so.
torch::Tensor read_idx(const fs::path& file, int dimensions) {
  std::ifstream stream(file, std::ios::binary);
  const auto byte = [&] { return std::int64_t(stream.get()); };
  if (byte() != 0 || byte() != 0 || byte() != 8 || byte() != dimensions) return {};
  std::vector<std::int64_t> sizes;
  double count = 1;
  for (int i = 0; i < dimensions; ++i) {
    std::int64_t size = 0;
    for (int k = 0; k < 4; ++k) size = size << 8 | (byte() & 255);
    sizes.push_back(size);
    count *= double(size);
  }
  std::error_code error;
  const double held = double(fs::file_size(file, error)) - 4.0 - 4.0 * dimensions;
  if (error || !stream || held != count || count == 0)
    refuse(file, "is broken: its header speaks of " + print_double(count) + " bytes, and " +
                     print_double(held) + " follow");
  torch::Tensor values = torch::empty(sizes, torch::kUInt8);
  stream.read(static_cast<char*>(values.data_ptr()), std::streamsize(values.nbytes()));
  if (!stream) refuse(file, "cannot be read");
  return values;
}

/// "t10k-labels-idx1-ubyte" of "t10k-images-idx3-ubyte".
fs::path labels_beside(const fs::path& file) {
  std::string name = file.filename().string();
  for (const auto& [from, to] : {std::pair{"images", "labels"}, {"idx3", "idx1"}})
    if (const auto at = name.find(from); at != name.npos)
      name.replace(at, std::string_view(from).size(), to);
  return file.parent_path() / name;
}

class Idx : public PictureSource {
 public:
  explicit Idx(const fs::path& file) : pictures_(read_idx(file, 3)) {
    const fs::path beside = labels_beside(file);
    if (beside == file || !fs::is_regular_file(beside)) return;
    labels_ = read_idx(beside, 1);
    if (!labels_.defined() || labels_.size(0) != pictures_.size(0))
      refuse(beside, "has no label for each picture of " + in_quotes(file.filename().string()));
  }

  std::size_t size() const override { return std::size_t(pictures_.size(0)); }
  torch::Tensor at(std::size_t i) const override {
    return pictures_[int64_t(i)].unsqueeze(0).expand({3, -1, -1}).contiguous();
  }
  std::string name(std::size_t i) const override {
    const std::string number = std::format("{:05}", i);
    if (!labels_.defined()) return number;
    return std::to_string(labels_[int64_t(i)].item<int>()) + "/" + number;
  }

 private:
  torch::Tensor pictures_, labels_;
};

}  // namespace

bool is_idx(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  char start[4] = {};
  stream.read(start, sizeof start);
  return stream && std::string_view(start, 4) == std::string_view("\0\0\10\3", 4);
}

std::unique_ptr<PictureSource> open_idx(const fs::path& file) {
  return std::make_unique<Idx>(file);
}

}  // namespace pastiche
