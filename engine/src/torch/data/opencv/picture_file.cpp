#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "data/opencv/part.hpp"
#include "pastiche/error.hpp"
#include "pastiche/version.hpp"
#include "store/atomic_file.hpp"
#include "text.hpp"

namespace pastiche::opencv {
namespace {

/// BGR of 8 bits, or BGRA where the file has alpha. OpenCV keeps alpha only where it is to change
/// nothing at all: neither turn what a camera held upright nor take 16 bits to 8.
cv::Mat read(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  if (extension != ".jpg" && extension != ".jpeg") {
    cv::Mat as_it_is = cv::imread(file.string(), cv::IMREAD_UNCHANGED);
    if (as_it_is.channels() == 4 && as_it_is.depth() == CV_16U)
      as_it_is.convertTo(as_it_is, CV_8U, 1.0 / 257);
    if (as_it_is.channels() == 4 && as_it_is.depth() == CV_8U) return as_it_is;
  }
  return cv::imread(file.string(), cv::IMREAD_COLOR);
}

}  // namespace

torch::Tensor decode(const std::filesystem::path& file) try {
  // A library that prints would spoil --json; the caller says what was wrong.
  static const auto silent = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  (void)silent;
  const cv::Mat picture = read(file);
  if (picture.empty()) return {};
  const torch::Tensor bgr =
      torch::from_blob(picture.data, {picture.rows, picture.cols, picture.channels()},
                       torch::kUInt8)
          .permute({2, 0, 1});
  const torch::Tensor rgb = bgr.narrow(0, 0, 3).flip(0);
  return picture.channels() == 3 ? rgb.contiguous() : torch::cat({rgb, bgr.narrow(0, 3, 1)});
} catch (const cv::Exception&) {
  return {};
}

void encode(const std::filesystem::path& file, const torch::Tensor& rgb) {
  const torch::Tensor bgr = rgb.flip(0).permute({1, 2, 0}).contiguous();
  const cv::Mat picture(int(bgr.size(0)), int(bgr.size(1)), CV_8UC3, bgr.data_ptr());
  std::vector<unsigned char> bytes;
  try {
    cv::imencode(file.extension().string(), picture, bytes);
  } catch (const cv::Exception& e) {
    throw Error(Error::Kind::Output,
                "The picture " + in_quotes(file.string()) + " cannot be written: " + e.what());
  }
  write_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace pastiche::opencv

const pastiche::OpencvPart* pastiche_opencv() {
  static const pastiche::OpencvPart part = {
      .version = pastiche::version(),
      .decode = pastiche::opencv::decode,
      .encode = pastiche::opencv::encode,
      .plot = pastiche::opencv::plot,
  };
  return &part;
}
