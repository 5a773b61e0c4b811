#pragma once

#include "evaluate/generator_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// A generator's samples beside real pictures; see measure_generator() of pastiche/evaluate.hpp.
GeneratorScores measure_generator(const std::string& model,
                                  const GeneratorMeasuringOptions& options,
                                  const Progress& progress);

}  // namespace pastiche
