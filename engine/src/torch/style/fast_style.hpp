#pragma once

#include "pastiche/filter.hpp"
#include "style/fast_style_options.hpp"

namespace pastiche {

/// Repaints a picture by one pass of a transformer network, in its place. The
/// result has its size and alpha; at strength 0 it is untouched. On the CPU it streams
/// (stream/painting.hpp): within any memory, and in bf16 where the processor has instructions for
/// it, unless fp32 is asked for; the fact "precision" says which it was.
/// Throws NoModel, BadSetting (a style the model does not have), OutOfMemory.
Result fast_style(Image picture, const FastStyleOptions& options, const Progress& progress);

}  // namespace pastiche
