#pragma once

#include <atomic>
#include <functional>

namespace pastiche::stream {

/// Calls work(band, worker) once for each band of 0..count-1, on `threads` threads of which the
/// caller's is worker 0; in order of start. When one returns false no further band starts. Returns
/// whether all were done. What the first `work` to fail threw is thrown on once all have stopped.
bool in_bands(int count, int threads, const std::function<bool(int band, int worker)>& work);

/// Tells on the caller's thread how far all threads have come.
class Tally {
 public:
  Tally(int count, const std::function<bool(double done)>& going_on)
      : count_(count), going_on_(going_on) {}

  /// One more is done, by this worker. Returns whether to go on.
  bool add(int worker) {
    const int done = ++done_;
    if (worker == 0 && !going_on_(double(done) / count_)) stop_ = true;
    return !stop_;
  }

 private:
  const int count_;
  const std::function<bool(double)>& going_on_;
  std::atomic<int> done_ = 0;
  std::atomic<bool> stop_ = false;
};

}  // namespace pastiche::stream
