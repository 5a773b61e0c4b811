#include "picture/tiff_memory.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <new>

namespace pastiche::cli {
namespace {

TiffMemory& of(thandle_t handle) { return *static_cast<TiffMemory*>(handle); }

tmsize_t read(thandle_t handle, void* to, tmsize_t count) {
  TiffMemory& self = of(handle);
  const std::uint64_t end = self.size();
  const auto have = std::min<std::uint64_t>(count, end - std::min(end, self.position));
  const std::uint8_t* from = self.writing ? self.output.data() : self.input.data();
  if (have) std::memcpy(to, from + self.position, have);
  self.position += have;
  return tmsize_t(have);
}

tmsize_t write(thandle_t handle, void* from, tmsize_t count) try {
  TiffMemory& self = of(handle);
  if (self.output.size() < self.position + count) self.output.resize(self.position + count);
  std::memcpy(self.output.data() + self.position, from, count);
  self.position += count;
  return count;
} catch (const std::bad_alloc&) {
  return -1;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  TiffMemory& self = of(handle);
  self.position = offset + (whence == SEEK_CUR   ? self.position
                            : whence == SEEK_END ? self.size()
                                                 : 0);
  return self.position;
}

int close(thandle_t) { return 0; }

toff_t length(thandle_t handle) { return of(handle).size(); }

int complain(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  char text[200];
  std::vsnprintf(text, sizeof text, format, arguments);
  auto& complaint = static_cast<TiffMemory*>(user)->complaint;
  if (complaint.empty()) complaint = text;
  return 1;
}

int ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }

}  // namespace

Tiff open_tiff(TiffMemory& memory) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
      TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), tmsize_t(1) << 31);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), complain, &memory);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore, &memory);
  return Tiff(TIFFClientOpenExt("picture", memory.writing ? "w" : "rm", &memory, read, write, seek,
                                close, length, nullptr, nullptr, options.get()),
              TIFFClose);
}

}  // namespace pastiche::cli
