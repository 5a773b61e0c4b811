#pragma once

#include <libgimp/gimp.h>

#include "pastiche/filter.hpp"

/// Shows a filter's settings and waits. On OK `config` holds what the user
/// chose; returns false on Cancel. The dialog is on the screen before the models
/// are listed and the computing library is opened, both in a thread.
bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const pastiche::Filter& filter);
