#pragma once

#include "verbs.hpp"

namespace pastiche::cli {

/// "evaluate generator": samples of models beside real pictures.
void add_evaluate_generator(Verbs& verbs, CLI::App& evaluate);

}  // namespace pastiche::cli
