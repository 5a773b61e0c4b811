#pragma once

#include "generate/texture_options.hpp"
#include "pastiche/filter.hpp"
#include "predict/need.hpp"

namespace pastiche {

/// Makes textures of a model's, or blends of them. Throws NoModel, BadSetting (a texture the model
/// does not have), OutOfMemory.
Result texture(const TextureOptions& options, const Progress& progress);

Need texture_need(const TextureOptions& options);

}  // namespace pastiche
