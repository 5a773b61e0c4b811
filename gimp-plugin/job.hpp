#pragma once

#include "pastiche/filter.hpp"

/// Runs a filter in a thread of its own, while this one, which alone may talk to
/// GIMP, shows how far it is in words and per cent and keeps the windows alive.
/// Throws what the filter throws. Cancel in GIMP's status bar ends the process:
/// nothing has been written by then, so the image is as it was.
pastiche::Result run_with_progress(const pastiche::Filter& filter,
                                   const pastiche::Pictures& pictures,
                                   const pastiche::Settings& settings);
