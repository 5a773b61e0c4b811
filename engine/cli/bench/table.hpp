#pragma once

#include <map>

#include "bench/contest.hpp"

namespace pastiche::cli {

/// GFLOP/s of a matrix product by precision: what the machine can do at most.
using Peaks = std::map<std::string, double>;

/// "Matrix product: 231 GFLOP/s in fp32 (PyTorch 2.6.0)", or why there is none.
std::string peak_line(const Contest& products, const Peaks& peaks);

/// For people: a line for each contestant, and what it comes to.
std::string table_of(const Contest& contest, const Peaks& peaks);

nlohmann::json json_of(const Contest& contest, const Peaks& peaks);

}  // namespace pastiche::cli
