#pragma once

#include <libgimp/gimp.h>

/// "Learn Style from Layer...": teaches a model of fast-style the style of the
/// selected part of a layer. Arguments: `name` of the style (empty: after the
/// layer), `model` that is to paint in it, and settings of the trainer. Returns
/// the style's name and the path of its file.
inline constexpr const char* learn_procedure = "plug-in-pastiche-learn-style";

GimpProcedure* make_learn_procedure(GimpPlugIn* plug_in);
