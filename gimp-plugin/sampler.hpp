#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "pastiche/filter.hpp"

/// Runs a filter in a thread of its own, for previews: the newest order only; an
/// older one is stopped.
class Sampler {
 public:
  /// `made` or `failed` is told on the main thread what became of the newest
  /// order; neither after the Sampler is gone.
  Sampler(const pastiche::Filter& filter, std::function<void(const pastiche::Result&)> made,
          std::function<void(const std::string&)> failed);
  Sampler(const Sampler&) = delete;
  ~Sampler();

  void order(pastiche::Pictures pictures, const pastiche::Settings& settings);

 private:
  struct State;

  std::shared_ptr<State> state_;
  std::thread thread_;
};
