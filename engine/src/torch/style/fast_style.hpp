#pragma once

#include "pastiche/filter.hpp"
#include "style/fast_style_options.hpp"

namespace pastiche {

/// Repaints `content` by one pass of a transformer network. The result has the
/// content's size and alpha; at strength 0 it is the content, untouched. On the CPU it streams
/// (stream/painting.hpp): within any memory, and in bf16 where the processor has instructions for
/// it, unless fp32 is asked for; the fact "precision" says which it was.
/// Throws NoModel, BadSetting (a style the model does not have), OutOfMemory.
Result fast_style(const Image& content, const FastStyleOptions& options, const Progress& progress);

}  // namespace pastiche
