#pragma once

#include "pastiche/export.hpp"

namespace pastiche {

/// "0.1.0"
PASTICHE_API const char* version();

}  // namespace pastiche
