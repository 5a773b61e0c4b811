#pragma once

#include <filesystem>

namespace pastiche {

/// The folder libpastiche was loaded from, absolute; empty when it cannot be told.
std::filesystem::path library_folder();

}  // namespace pastiche
