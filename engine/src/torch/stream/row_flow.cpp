#include "stream/row_flow.hpp"

#include <algorithm>
#include <cstring>

namespace pastiche::stream {

long inside(long i, long size, Border border) {
  if (i >= 0 && i < size) return i;
  if (border == Border::Zero) return -1;
  if (border == Border::Circular) return (i + size) % size;
  const long beyond = i < 0 ? 0 : size - 1;
  return border == Border::Replicate ? beyond : 2 * beyond - i;
}

void Ring::shape(long new_rows, long new_width, int new_channels, int new_edge, int new_value) {
  if (rows == new_rows && width == new_width) return;
  rows = new_rows, width = new_width, channels = new_channels, edge = new_edge, value = new_value;
  const std::size_t bytes = std::size_t(rows) * row_bytes();
  std::memset(buffer.room_for(bytes), 0, bytes);
}

void Ring::continue_row(long y, Border border) {
  const auto bytes = std::size_t(channels * value);
  for (const long x : {-1L, width}) {
    const long from = inside(x, width, border);
    from < 0 ? std::memset(pixel(y, x), 0, bytes) : std::memcpy(pixel(y, x), pixel(y, from), bytes);
  }
}

void flow(std::vector<Step>& steps, long input_rows) {
  while (steps.back().done < steps.back().total)
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Step& step = steps[i];
      const long ready = step.ready(i > 0 ? steps[i - 1].done : input_rows);
      long end = std::min({ready, step.done + step.cap, step.total});
      if (i + 1 < steps.size() && step.room < step.total)
        end = std::min(end, steps[i + 1].oldest(steps[i + 1].done) + step.room);
      if (end > step.done) step.make(step.done, end);
      step.done = std::max(step.done, end);
    }
}

}  // namespace pastiche::stream
