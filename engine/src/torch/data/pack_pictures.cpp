#include "data/pack_pictures.hpp"

#include <fstream>

#include "data/picture_file.hpp"
#include "data/picture_source.hpp"
#include "data/transparency.hpp"
#include "pastiche/error.hpp"
#include "pastiche/tensor_file.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;

/// The pixels on their way, in a file that goes when this object does.
class Spill {
 public:
  explicit Spill(const std::string& output)
      : path_(output + ".spill"), out_(path_, std::ios::binary) {
    if (!out_) refuse();
  }
  ~Spill() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Spill(const Spill&) = delete;

  void add(const torch::Tensor& picture) {
    out_.write(static_cast<const char*>(picture.data_ptr()), std::streamsize(picture.nbytes()));
    size_ += picture.nbytes();
    if (!out_) refuse();
  }

  torch::Tensor mapped() {
    out_.close();
    if (!out_) refuse();
    return torch::from_file(path_.string(), /*shared=*/false, int64_t(size_), torch::kUInt8);
  }

  std::size_t size() const { return size_; }

 private:
  [[noreturn]] void refuse() const {
    throw Error(Error::Kind::Output, "The file " + in_quotes(path_.string()) +
                                         " cannot be written: " + std::strerror(errno) + ".");
  }

  fs::path path_;
  std::ofstream out_;
  std::size_t size_ = 0;
};

torch::Tensor shrink(const torch::Tensor& picture, int side) {
  const int64_t height = picture.size(1), width = picture.size(2);
  const double scale = double(side) / double(std::min(height, width));
  if (side == 0 || scale >= 1) return picture;
  const auto scaled = [&](int64_t edge) {
    return std::max<int64_t>(1, std::llround(edge * scale));
  };
  return resampled(picture, scaled(height), scaled(width)).round().to(torch::kUInt8).contiguous();
}

}  // namespace

Facts pack_here(const std::string& folder, const std::string& output, int side,
                const Progress& progress) {
  if (!fs::is_directory(folder))
    throw Error(Error::Kind::BadImage, in_quotes(folder) + " is no folder.");
  const auto source = open_pictures(folder);
  Spill spill(output);
  std::vector<std::pair<std::string, std::vector<int64_t>>> taken;
  std::vector<std::string> skipped;
  for (std::size_t i = 0; i < source->size(); ++i) {
    if (!progress(0.9 * double(i) / double(source->size()), source->name(i)))
      throw Cancelled("Stopped before the pictures were packed.");
    const torch::Tensor picture = source->at(i);
    if (!picture.defined()) {
      skipped.push_back(source->name(i));
      continue;
    }
    const torch::Tensor small = shrink(picture, side);
    taken.emplace_back(source->name(i), small.sizes().vec());
    spill.add(small);
  }
  if (taken.empty())
    throw Error(Error::Kind::BadImage, "None of the folder's pictures can be decoded.");

  const torch::Tensor pixels = spill.mapped();
  auto* at = static_cast<const std::byte*>(pixels.data_ptr());
  std::map<std::string, Tensor, std::less<>> tensors;
  for (const auto& [name, shape] : taken) {
    const std::size_t length = std::size_t(shape[0] * shape[1] * shape[2]);
    tensors[name] = {DType::U8, shape, {at, length}};
    at += length;
  }
  write_tensors(output, tensors, {{"architecture", "pictures"}});
  Facts facts = {{"pictures", std::to_string(taken.size())},
                 {"bytes", std::to_string(spill.size())}};
  if (!skipped.empty()) facts["advice"] = list_skipped(skipped);
  return facts;
}

}  // namespace pastiche
