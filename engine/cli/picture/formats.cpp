#include "picture/formats.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace pastiche::cli {

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {png_format, jpeg_format, tiff_format, webp_format};
  return all;
}

const Format* recognise(ByteSpan file) {
  const std::string_view head(reinterpret_cast<const char*>(file.data()), file.size());
  for (const Format& format : formats())
    if (format.recognises(head)) return &format;
  return nullptr;
}

const Format* format_for(const std::string& file_name) {
  std::string extension = std::filesystem::path(file_name).extension();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return std::tolower(c); });
  for (const Format& format : formats())
    if (std::ranges::find(format.extensions, extension) != format.extensions.end()) return &format;
  return nullptr;
}

}  // namespace pastiche::cli
