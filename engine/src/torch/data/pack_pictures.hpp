#pragma once

#include <string>

#include "pastiche/trainer.hpp"

namespace pastiche {

/// See pack_pictures(). Throws BadImage, Output, Cancelled.
Facts pack_here(const std::string& folder, const std::string& output, int side,
                const Progress& progress);

}  // namespace pastiche
