#pragma once

#include <libgimp/gimp.h>

#include <string_view>

#include "pastiche/filter.hpp"
#include "pastiche/models.hpp"

/// A filter's settings (rows_of) in the order that its dialog shows them in.
pastiche::Params rows_in_order(GimpProcedure* procedure, const pastiche::Filter& filter);

/// Whether one is seen at once; the others are under "More settings".
bool is_upfront(const pastiche::Filter& filter, const pastiche::Param& row);

/// Whether a setting names a model, and whether that may be this one.
bool names_model(const pastiche::Filter& filter, std::string_view setting);
bool is_offered(const pastiche::Filter& filter, const pastiche::Model& model);
