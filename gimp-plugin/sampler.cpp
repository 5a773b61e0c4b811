#include "sampler.hpp"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "job.hpp"
#include "pastiche/error.hpp"

namespace {

struct Order {
  int number;
  pastiche::Pictures pictures;
  pastiche::Settings settings;
};

}  // namespace

/// `mutex` guards the next two; the last four are the main thread's.
struct Sampler::State {
  std::mutex mutex;
  std::optional<Order> next;
  bool ended = false;
  std::condition_variable changed;
  std::atomic<bool> stop = false;
  int newest = 0;  ///< order's number
  bool gone = false;
  std::function<void(const pastiche::Result&)> made;
  std::function<void(const std::string&)> failed;

  /// Waits for one; none at the end.
  std::optional<Order> take() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return next || ended; });
    stop = ended;
    return std::exchange(next, std::nullopt);
  }
};

Sampler::Sampler(const pastiche::Filter& filter, std::function<void(const pastiche::Result&)> made,
                 std::function<void(const std::string&)> failed)
    : state_(std::make_shared<State>()) {
  state_->made = std::move(made);
  state_->failed = std::move(failed);
  thread_ = std::thread([state = state_, &filter] {
    while (auto order = state->take()) try {
        const auto go_on = [&](double, std::string_view) { return !state->stop; };
        later([state, number = order->number,
               result = pastiche::run(filter, std::move(order->pictures), order->settings, go_on)] {
          if (!state->gone && number == state->newest) state->made(result);
        });
      } catch (const std::exception& error) {
        later([state, number = order->number, why = std::string(error.what())] {
          if (!state->gone && number == state->newest) state->failed(why);
        });
      }
  });
}

Sampler::~Sampler() {
  state_->gone = true;
  {
    const std::lock_guard lock(state_->mutex);
    state_->ended = true;
    state_->next.reset();
    state_->stop = true;
  }
  state_->changed.notify_one();
  thread_.join();
}

void Sampler::order(pastiche::Pictures pictures, const pastiche::Settings& settings) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->next = Order{++state_->newest, std::move(pictures), settings};
    state_->stop = true;
  }
  state_->changed.notify_one();
}
