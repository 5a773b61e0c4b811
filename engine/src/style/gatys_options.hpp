#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Optimisation-based transfer (Gatys et al. 2016). Owned and documented field
/// by field here; the rows in gatys_options.cpp borrow the defaults.
struct GatysOptions {
  std::string encoder = "pastiche-encoder";
  CommonOptions common;
};

extern const Filter gatys_filter;
PASTICHE_API GatysOptions gatys_options(const Settings& settings);

}  // namespace pastiche
