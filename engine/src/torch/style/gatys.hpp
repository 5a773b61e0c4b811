#pragma once

#include "pastiche/filter.hpp"
#include "style/gatys_options.hpp"

namespace pastiche {

/// Paints the content picture anew by optimisation, so that an encoder sees in
/// it the content's features deep down and the styles' moments at every layer
/// (Gatys et al. 2016), from coarse to fine. Pictures: "content", "style" (one
/// or more), "mask" (none, or one a style), "init-picture" (none or one). The
/// result has the content's size and alpha.
///
/// Facts: "style-loss" and "content-loss" of the result and "style-loss-start",
/// that of the content itself, all relative and at the last scale; "loss", the
/// weighted sum that was brought down; "steps" in all, "scales", "size" worked
/// at in the end, and the model and device.
///
/// Progress is asked after each step; a stop throws Cancelled with the picture
/// as it stood. Throws NoModel, BadSetting, BadImage (see read_inputs),
/// OutOfMemory, and Internal when the loss is no longer a number.
Result gatys(const Pictures& pictures, const GatysOptions& options, const Progress& progress);

}  // namespace pastiche
