#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pastiche/filter.hpp"

namespace pastiche::cli {

/// What all contestants are given: one task at one size.
struct Task {
  const char* name;  ///< of a filter, or "product"
  int side = 0;      ///< of the square pictures, or matrices
  std::string device = "cpu";
  int threads = 1;
  int steps = 0;            ///< of an optimisation that one run makes
  std::string chosen = {};  ///< the precision that Pastiche takes of itself

  const Filter* filter = nullptr;
  Pictures pictures = {};
  std::vector<std::pair<std::string, std::string>> settings = {};
  nlohmann::json job = {};  ///< what peers are told beside the above
};

/// How one who takes part computes.
struct Way {
  const char* library;  ///< "pastiche", or one that data/bench/peer.py knows
  const char* label;    ///< "PyTorch"
  const char* precision;
  bool channels_last = false;
  bool on_gpu = true;  ///< whether it can be had on one
};

/// A run's time in seconds: of one step, where a run makes several.
struct Times {
  double seconds = 0;
  std::optional<double> network = {};  ///< the computing alone, where it can be told apart
};

/// What a first run, which is not timed, gives.
struct First {
  std::string name;           ///< of the library, with its version
  std::vector<float> result;  ///< {3, side, side}; empty where there is nothing to compare
  std::optional<double> gflop = {};
};

class Contestant {
 public:
  virtual ~Contestant() = default;

  /// Throws Silent for one that is not here or cannot do it; Error of our own filter.
  virtual First start() = 0;
  virtual Times run() = 0;
};

}  // namespace pastiche::cli
