#pragma once

#include "generate/texture_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Makes textures of a model's, or blends of them. Throws NoModel, BadSetting (a texture the model
/// does not have), OutOfMemory.
Result texture(const TextureOptions& options, const Progress& progress);

}  // namespace pastiche
