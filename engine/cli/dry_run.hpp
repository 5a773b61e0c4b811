#pragma once

#include <vector>

#include "order.hpp"

namespace pastiche::cli {

/// Tells on stdout, as one JSON object or in words, what the orders would take: nothing is made and
/// nothing written. Of the pictures the headers are read. Returns the exit status: the first
/// failure's, each of which is told as Report tells it, else 0.
int dry_run(const std::vector<Order>& orders, bool json);

}  // namespace pastiche::cli
