#pragma once

#include <libgimp/gimp.h>

/// What GIMP runs for a filter that makes pictures, which `data` is: asks in a
/// dialog when interactive, and puts a layer for each picture where `output`
/// says, named after how it was made. No exception leaves it.
GimpValueArray* create_layers(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                              GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data);

/// The same without an image, in a new one.
GimpValueArray* create_image(GimpProcedure* procedure, GimpProcedureConfig* config, gpointer data);
