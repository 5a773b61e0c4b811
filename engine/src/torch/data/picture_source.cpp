#include "data/picture_source.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "data/idx_pictures.hpp"
#include "data/picture_file.hpp"
#include "pastiche/error.hpp"
#include "pastiche/tensor_file.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> extensions = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"};

bool is_picture(const fs::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return tolower(c); });
  return extensions.contains(extension);
}

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Error::Kind::BadImage, sentence);
}

class Folder : public PictureSource {
 public:
  explicit Folder(const fs::path& folder) : folder_(folder) {
    std::error_code error;
    fs::recursive_directory_iterator walk(folder,
                                          fs::directory_options::skip_permission_denied |
                                              fs::directory_options::follow_directory_symlink,
                                          error);
    if (error)
      refuse("The folder " + in_quotes(folder.string()) + " cannot be read: " + error.message() +
             ".");
    for (const auto& entry : walk)
      if (entry.is_regular_file(error) && is_picture(entry.path()))
        names_.push_back(entry.path().lexically_relative(folder).generic_string());
    std::ranges::sort(names_);
    if (names_.empty())
      refuse("The folder " + in_quotes(folder.string()) +
             " holds no picture (jpg, png, webp or tiff).");
  }

  std::size_t size() const override { return names_.size(); }
  torch::Tensor at(std::size_t i) const override { return decode(folder_ / names_[i]); }
  std::string name(std::size_t i) const override { return names_[i]; }

 private:
  fs::path folder_;
  std::vector<std::string> names_;
};

class Packed : public PictureSource {
 public:
  explicit Packed(const fs::path& path) : file_(path) {
    for (const auto& [name, tensor] : file_.tensors()) {
      const bool fits = tensor.dtype == DType::U8 && tensor.shape.size() == 3 &&
                        (tensor.shape[0] == 3 || tensor.shape[0] == 4) && !tensor.bytes.empty();
      if (!fits)
        refuse("The file " + in_quotes(path.string()) + " is no pack of pictures: " +
               in_quotes(name) + " is no picture of 3 or 4 channels; 'pastiche pack' makes one.");
      pictures_.push_back({name, &tensor});
    }
    if (pictures_.empty()) refuse("The file " + in_quotes(path.string()) + " holds no picture.");
  }

  std::size_t size() const override { return pictures_.size(); }
  torch::Tensor at(std::size_t i) const override {
    const Tensor& picture = *pictures_[i].second;
    // Borrowed from the mapping and only ever read.
    return torch::from_blob(const_cast<std::byte*>(picture.bytes.data()), picture.shape,
                            torch::kUInt8);
  }
  std::string name(std::size_t i) const override { return pictures_[i].first; }

 private:
  TensorFile file_;
  std::vector<std::pair<std::string, const Tensor*>> pictures_;
};

class Drawn : public PictureSource {
 public:
  std::size_t size() const override { return 8192; }
  torch::Tensor at(std::size_t i) const override { return draw_leaves(i, 320); }
  std::string name(std::size_t i) const override { return "leaves " + std::to_string(i); }
};

}  // namespace

std::unique_ptr<PictureSource> open_pictures(const std::string& data) {
  if (data.empty()) return std::make_unique<Drawn>();
  if (fs::is_regular_file(data) && is_idx(data)) return open_idx(data);
  if (fs::is_regular_file(data)) return std::make_unique<Packed>(data);
  return std::make_unique<Folder>(data);
}

}  // namespace pastiche
