#include "picture/raster.hpp"

#include <unistd.h>

#include <algorithm>
#include <new>

#include "memory_left.hpp"
#include "pastiche/image.hpp"

namespace pastiche::cli {

void check_size(std::int64_t width, std::int64_t height) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height);
  if (width < 1 || height < 1)
    throw Unreadable("is empty: its size is " + size +
                     " pixels, and both sides must be at least 1");
  if (width > max_pixels || height > max_pixels || width * height > max_pixels)
    throw Unreadable("claims " + size + " pixels, and at most " +
                     std::to_string(max_pixels / 1'000'000) + " megapixels can be read");
}

void Raster::allocate() {
  check_size(width, height);
  // An overcommitting kernel hands out what it has not got, and kills later; so does a group's.
  const auto machine = std::size_t(sysconf(_SC_PHYS_PAGES)) * std::size_t(sysconf(_SC_PAGE_SIZE));
  const std::size_t as_floats = std::size_t(width) * height * Image::channels * sizeof(float);
  if (row_bytes() * height + as_floats > std::min(machine, allowed_memory()))
    throw std::bad_alloc();
  samples.resize(row_bytes() * height);
}

}  // namespace pastiche::cli
