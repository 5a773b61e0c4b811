#include "predict/predict.hpp"

#include <algorithm>
#include <mutex>

#include "pastiche/version.hpp"

namespace pastiche {
namespace {

constexpr double too_short = 0.05;  // seconds, to tell of anything but chance

std::mutex one_at_a_time;  // two measurements would be in each other's way

Machine this_machine() {
  return Machine(machine_file(),
                 processor_name() + ", " + device_names().front() + ", Pastiche " + version());
}

std::string call_name(const std::string& filter, const Need& need) {
  return filter + " " + name_of(need.compute) + " " + need.precision;
}

/// What the calls' experience is measured against.
double seconds_by_work(Machine& machine, const Need& need) {
  double seconds = 0;
  for (const Work& work : need.work) seconds += machine.seconds(work);
  return seconds;
}

}  // namespace

Prediction predict(const std::string& filter, const std::function<Need()>& find_out) {
  const std::lock_guard lock(one_at_a_time);
  Machine machine = this_machine();
  Need need;
  const double planning = timed([&] { need = find_out(); });
  const double seconds = planning + seconds_by_work(machine, need);
  machine.keep();
  return {.seconds = seconds * machine.factor(call_name(filter, need)),
          .bytes = std::size_t(need.bytes),
          .allowed = need.compute.memory,
          .device = name_of(need.compute),
          .precision = need.precision,
          .width = int(need.width),
          .height = int(need.height),
          .tiles = need.tiles};
}

void learn(const std::string& filter, const std::function<Need()>& find_out, double seconds) {
  if (seconds < too_short) return;
  const std::lock_guard lock(one_at_a_time);
  Machine machine = this_machine();
  if (machine.is_new()) return;
  Need need;
  const double planning = timed([&] { need = find_out(); });
  if (!std::ranges::all_of(need.work, [&](const Work& work) { return machine.knows(work); }))
    return;
  machine.learn(call_name(filter, need), planning + seconds_by_work(machine, need), seconds);
  machine.keep();
}

}  // namespace pastiche
