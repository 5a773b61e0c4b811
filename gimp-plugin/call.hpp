#pragma once

#include <libgimp/gimp.h>

/// What GIMP runs: `data` is the filter. Asks in a dialog when interactive,
/// paints, and puts the result where `output` says. No exception leaves it.
GimpValueArray* call_filter(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                            GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data);
