#pragma once

#include <string>

#include "pastiche/export.hpp"

namespace pastiche {

/// Programs that the user trusts, by their sha256. Throws Output when it cannot be remembered.
void trust(const std::string& sha256);
PASTICHE_API bool is_trusted(const std::string& sha256);

}  // namespace pastiche
