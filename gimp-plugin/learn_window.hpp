#pragma once

#include "learn.hpp"

/// Learns in a window of its own, with a bar, the time left, and Cancel, which
/// throws Cancelled; shows at the end what was learnt, until it is closed.
/// REQUIRES: gimp_ui_init() was called.
Learnt learn_in_window(const Lesson& lesson);
