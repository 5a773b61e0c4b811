#include "data/picture_file.hpp"

#include <dlfcn.h>

#include <cstring>

#include "data/opencv/part.hpp"
#include "library_folder.hpp"
#include "pastiche/error.hpp"
#include "pastiche/version.hpp"

namespace pastiche {
namespace {

/// Null in a build without OpenCV, and where it has been removed since.
const OpencvPart* open_part() {
  const std::filesystem::path file = library_beside("libpastiche-opencv.so");
  void* library = file.empty() ? nullptr : dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) return nullptr;
  const auto entry =
      reinterpret_cast<decltype(&pastiche_opencv)>(dlsym(library, "pastiche_opencv"));
  const OpencvPart* part = entry ? entry() : nullptr;
  return part && std::strcmp(part->version, version()) == 0 ? part : nullptr;
}

const OpencvPart* opencv_part() {
  static const OpencvPart* const part = open_part();
  return part;
}

}  // namespace

torch::Tensor decode(const std::filesystem::path& file) {
  if (opencv_part()) return opencv_part()->decode(file);
  throw Error(Error::Kind::NoDevice, "The picture " + file.string() +
                                         " cannot be read: Pastiche's library for OpenCV, "
                                         "libpastiche-opencv.so, is not there or does not open.");
}

void encode(const std::filesystem::path& file, const torch::Tensor& rgb) {
  if (opencv_part()) opencv_part()->encode(file, rgb);
}

void plot(const std::filesystem::path& file, const std::vector<PlotLine>& lines) {
  if (opencv_part()) opencv_part()->plot(file, lines);
}

}  // namespace pastiche
