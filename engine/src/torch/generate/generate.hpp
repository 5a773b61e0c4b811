#pragma once

#include "generate/generate_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Samples a generator, one result for each seed, frame or row of latents; with `grid` one for all.
/// `content`, at most one picture, is rebuilt and varied instead. Facts: "model", "model-sha256",
/// "device", "class". Throws NoModel, BadSetting, BadImage, OutOfMemory, Cancelled.
Result generate(const std::vector<Image>& content, const GenerateOptions& options,
                const Progress& progress);

}  // namespace pastiche
