#pragma once

#include <libgimp/gimpui.h>

#include "pastiche/filter.hpp"

/// Chooses one of a filter's pictures (pictures.hpp): files, shown small, or a
/// layer of any open image; for a style also the pictures in gallery/ beside the
/// plug-in. A button forgets them. Follows `config` both ways.
GtkWidget* picture_chooser(GimpProcedureConfig* config, const pastiche::Input& input);
