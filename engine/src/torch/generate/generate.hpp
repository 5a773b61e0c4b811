#pragma once

#include "generate/generate_options.hpp"
#include "pastiche/filter.hpp"
#include "pastiche/models.hpp"
#include "predict/need.hpp"

namespace pastiche {

/// The model that the options name. Throws NoModel unless pictures can be sampled from it.
Model find_generator(const GenerateOptions& options);

/// Samples a generator, one result for each seed, frame or row of latents; with `grid` one for all.
/// `content`, at most one picture, is rebuilt and varied instead. Facts: "model", "model-sha256",
/// "device", "class". Throws NoModel, BadSetting, BadImage, OutOfMemory, Cancelled.
Result generate(const std::vector<Image>& content, const GenerateOptions& options,
                const Progress& progress);

Need generate_need(const Sizes& sizes, const GenerateOptions& options);

}  // namespace pastiche
