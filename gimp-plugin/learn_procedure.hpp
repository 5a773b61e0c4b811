#pragma once

#include <libgimp/gimp.h>

#include "subject.hpp"

/// "Learn Style from Layer...", "Learn Texture from Layer...": learns from the
/// selected part of a layer. Arguments: `name` of what is learnt (empty: after the
/// layer), `model` that it is learnt for or begins with, and settings of the
/// trainer. Returns the name and the path of the file.
GimpProcedure* make_learn_procedure(GimpPlugIn* plug_in, const Subject& subject);
