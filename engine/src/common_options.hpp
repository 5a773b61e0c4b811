#pragma once

#include <string>

#include "pastiche/settings.hpp"

namespace pastiche {

/// What every filter and trainer can be told.
struct CommonOptions {
  std::string device = "auto";     ///< auto, cpu, cuda
  std::string precision = "auto";  ///< auto, fp32, bf16
  int memory = 0;                  ///< MiB the call may use; 0 = what is free
  int seed = 0;
};

/// The rows of CommonOptions, to append to a table.
Params with_common(Params params);
PASTICHE_API CommonOptions common_options(const Settings& settings);

}  // namespace pastiche
