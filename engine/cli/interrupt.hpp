#pragma once

namespace pastiche::cli {

/// From now on the first SIGINT or SIGTERM only raises a flag, so that the work can stop by itself
/// and keep what it has; the second kills.
void watch_interrupts();

bool interrupted();

}  // namespace pastiche::cli
