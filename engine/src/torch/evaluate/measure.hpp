#pragma once

#include "evaluate/options.hpp"

namespace pastiche {

/// Each result of one content and style, under one network; see measure() of pastiche/evaluate.hpp.
std::vector<Distances> measure(const Image& content, const Image& style,
                               const std::vector<Image>& results, const MeasuringOptions& options);

}  // namespace pastiche
