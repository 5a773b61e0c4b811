#pragma once

#include <libgimp/gimp.h>

#include <functional>

#include "pastiche/filter.hpp"

/// Shows a filter's settings and waits. On OK `config` holds what the user
/// chose; returns false on Cancel. The dialog is on the screen before the models
/// are listed and the computing library is opened, both in a thread. `area`: of the
/// layer or image that the result goes into, empty without one. `layer` makes the
/// selected layer small, for samples of a filter that may start from it; it may
/// throw Error.
bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const pastiche::Filter& filter,
         const GeglRectangle& area = {}, std::function<pastiche::Image()> layer = {});
