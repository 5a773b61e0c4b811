#include "bench/own.hpp"

#include <chrono>

#include "bench/peer.hpp"
#include "interrupt.hpp"
#include "pastiche/version.hpp"

namespace pastiche::cli {
namespace {

using Clock = std::chrono::steady_clock;

double between(Clock::time_point start, Clock::time_point end) {
  return std::chrono::duration<double>(end - start).count();
}

class Own : public Contestant {
 public:
  Own(const Way& way, const Task& task) : task_(task), settings_(task.filter->params) {
    for (const auto& [name, text] : task.settings) settings_.parse(name, text);
    settings_.set("precision", std::string(way.precision));
    settings_.set("device", std::string(task.device == "cpu" ? "cpu" : "cuda"));
  }

  First start() override {
    Result result = call();
    return {.name = std::string("Pastiche ") + version(), .result = planes_of(result.image)};
  }

  Times run() override {
    const auto start = Clock::now();
    call();
    const double whole = between(start, Clock::now());
    if (told_.size() < 2) return {whole};
    // Between the first and the last that is told lies the computing alone.
    const Told &first = told_.front(), &last = told_.back();
    const double computing = between(first.when, last.when);
    if (task_.steps == 0) return {whole, computing};
    return {computing / ((last.done - first.done) * task_.steps)};
  }

 private:
  struct Told {
    Clock::time_point when;
    double done;
  };

  Result call() {
    told_.clear();
    return pastiche::run(*task_.filter, task_.pictures, settings_,
                         [this](double done, std::string_view) {
                           told_.push_back({Clock::now(), done});
                           return !interrupted();
                         });
  }

  const Task& task_;
  Settings settings_;
  std::vector<Told> told_;
};

}  // namespace

std::unique_ptr<Contestant> make_own(const Way& way, const Task& task) {
  return std::make_unique<Own>(way, task);
}

}  // namespace pastiche::cli
