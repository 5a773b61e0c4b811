#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "data/opencv/part.hpp"
#include "pastiche/error.hpp"
#include "pastiche/version.hpp"
#include "store/atomic_file.hpp"
#include "text.hpp"

namespace pastiche::opencv {

torch::Tensor decode(const std::filesystem::path& file) try {
  // A library that prints would spoil --json; the caller says what was wrong.
  static const auto silent = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  (void)silent;
  const cv::Mat bgr = cv::imread(file.string(), cv::IMREAD_COLOR);
  if (bgr.empty()) return {};
  return torch::from_blob(bgr.data, {bgr.rows, bgr.cols, 3}, torch::kUInt8)
      .permute({2, 0, 1})
      .flip(0)
      .contiguous();
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
