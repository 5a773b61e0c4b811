#pragma once

#include <filesystem>

#include "pastiche/export.hpp"

namespace pastiche {

/// The folder libpastiche was loaded from, absolute; empty when it cannot be told.
std::filesystem::path library_folder();

/// Another of our libraries: beside libpastiche when installed, in src/torch of the build tree;
/// empty when it is in neither.
PASTICHE_API std::filesystem::path library_beside(const char* name);

}  // namespace pastiche
