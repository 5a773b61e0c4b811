#include "stream/bands.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace pastiche::stream {

bool in_bands(int count, int threads, const std::function<bool(int, int)>& work) {
  std::atomic<int> next = 0, done = 0;
  std::atomic<bool> stop = false;
  std::exception_ptr failure;
  std::mutex failing;
  const auto attempt = [&](auto&& step) {
    try {
      step();
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      stop = true;
    }
  };
  const auto run = [&](int worker) {
    for (int band; !stop && (band = next++) < count;)
      attempt([&] { work(band, worker) ? void(++done) : void(stop = true); });
  };
  {
    std::vector<std::jthread> others;
    try {
      for (int worker = 1; worker < std::min(threads, count); ++worker)
        others.emplace_back(run, worker);
    } catch (const std::exception&) {  // no room for more: those that there are do it all
    }
    run(0);
  }
  if (failure) std::rethrow_exception(failure);
  return done == count;
}

}  // namespace pastiche::stream
