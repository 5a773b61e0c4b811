#pragma once

#include "bench/contestant.hpp"

namespace pastiche::cli {

/// What is timed, of one filter: a network of one pass in full, of an optimisation the step.
struct Trial {
  const char* filter;
  const char* model_setting;  ///< the setting that names the network
  std::vector<std::pair<const char*, const char*>> settings;
  int steps;               ///< that one run makes; 0 for one pass
  std::vector<int> sides;  ///< of the pictures, unless others are asked for
  std::vector<const char*> peers;
};

const std::vector<Trial>& trials();

/// All who take part in a trial on "cpu" or "cuda", Pastiche in fp32 first.
std::vector<Way> ways_for(const Trial& trial, const std::string& device, bool with_peers);

/// The trial at one size. Throws BadSetting, NoModel.
Task task_of(const Trial& trial, int side, const std::string& device, int threads);

/// One product of two square matrices: what the machine can do at most. For peers only.
Task product_task(const std::string& device, int threads);
std::vector<Way> product_ways();

}  // namespace pastiche::cli
