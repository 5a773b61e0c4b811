#pragma once

#include <functional>
#include <memory>

#include "bench/contestant.hpp"

namespace pastiche::cli {

/// A median and the quartiles about it, which half of all values lie between.
struct Spread {
  double median = 0, lower = 0, upper = 0;
};

/// Of at least one value; quartiles are interpolated.
Spread spread_of(std::vector<double> values);

/// What became of one contestant.
struct Entry {
  Way way;
  std::string name = {};          ///< "PyTorch 2.6.0 bf16 channels-last"
  std::string left_out = {};      ///< why it has no times; empty for one that has
  std::vector<Times> times = {};  ///< of each round
  /// How far its result is from Pastiche's in fp32: peak signal-to-noise ratio in dB (infinite for
  /// the same bits) and the largest difference, both of values in 0..1.
  double psnr = 0, largest = 0;

  bool is_ours() const { return std::string_view(way.library) == "pastiche"; }
};

struct Contest {
  const Task* task = nullptr;
  std::vector<Entry> entries = {};
  std::optional<double> gflop = {};  ///< of one run, or step, as the network is written

  /// Ours of that precision; null when there is none or it has no times.
  const Entry* ours(std::string_view precision) const;

  /// The least median time that is not ours, of those in a precision or, without one, of all. Null
  /// when none has times.
  const Entry* fastest_peer(std::string_view precision = {}) const;
};

using Make = std::function<std::unique_ptr<Contestant>(const Way&)>;

/// Lets all compute once, compares their results with the first's, and times them in turns, `runs`
/// rounds of one run each. Who fails, or paints something else, is left out. Throws Cancelled, and
/// what the first of `ways` throws when it is Pastiche.
Contest hold(const Task& task, const std::vector<Way>& ways, int runs, const Make& make);

/// Medians of the whole times, and of the shares a.seconds / b.seconds of each round.
Spread seconds_of(const Entry& entry);
Spread ratio_of(const Entry& a, const Entry& b);

}  // namespace pastiche::cli
