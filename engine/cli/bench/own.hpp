#pragma once

#include <memory>

#include "bench/contestant.hpp"

namespace pastiche::cli {

/// Pastiche itself, through run(): as a whole call, which reads the model too; for an optimisation
/// the time of a step, by when its progress is told.
std::unique_ptr<Contestant> make_own(const Way& way, const Task& task);

}  // namespace pastiche::cli
