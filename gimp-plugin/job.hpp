#pragma once

#include <functional>
#include <string>

#include "pastiche/filter.hpp"

/// Something long, that reports how far it is and stops when told to.
using Work = std::function<void(const pastiche::Progress&)>;

/// Runs `act` on the main thread soon; may be called on any.
void later(std::function<void()> act);

/// Opens LibTorch, in a thread of its own if one likes: whoever needs it next waits less, and is told
/// if it cannot be opened.
void open_early();

/// Shows on the main thread how far the work is: a share from 0 to 1 and, in
/// the user's language, what is being done. Returns false to stop the work.
using Show = std::function<bool(double done, const std::string& doing)>;

/// Does the work in a thread of its own, while this one, which alone may talk to
/// GIMP, shows several times a second how far it is and keeps the windows
/// alive. Throws what the work throws.
void run_job(const Work& work, const Show& show);

/// run_job() shown in words and per cent in GIMP's status bar. Cancel there ends
/// the process.
void run_with_progress(const char* label, const Work& work);
