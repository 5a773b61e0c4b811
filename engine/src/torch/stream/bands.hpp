#pragma once

#include <functional>

namespace pastiche::stream {

/// Calls work(band, worker) once for each band of 0..count-1, on `threads` threads of which the
/// caller's is worker 0; in order of start. After each of its own bands the caller's thread calls
/// going_on(bands done / count); when that returns false no further band starts. Returns whether
/// all were done. What the first `work` to fail threw is thrown on once all have stopped.
bool in_bands(int count, int threads, const std::function<void(int band, int worker)>& work,
              const std::function<bool(double)>& going_on);

}  // namespace pastiche::stream
