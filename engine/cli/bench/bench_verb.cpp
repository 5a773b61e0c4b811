#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/own.hpp"
#include "bench/peer.hpp"
#include "bench/scratch_folder.hpp"
#include "bench/table.hpp"
#include "bench/trials.hpp"
#include "flags.hpp"
#include "mark.hpp"
#include "pastiche/weighted_list.hpp"
#include "say.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

const Params& bench_params() {
  static const Params rows = {
      {.name = "runs",
       .label = N_("Runs"),
       .help = N_("Rounds, in each of which every contestant runs once; one more run warms up."),
       .initial = 5,
       .min = 1,
       .max = 1000},
      {.name = "device",
       .label = N_("Device"),
       .help = N_("Where to compute."),
       .initial = std::string("auto"),
       .choices = {"auto", "cpu", "cuda"}},
      {.name = "sizes",
       .label = N_("Sizes"),
       .help = N_("Sides of the square pictures in pixels, such as 512,1024; empty for the usual."),
       .initial = std::string()},
      {.name = "threads",
       .label = N_("Threads"),
       .help = N_("Threads for each contestant on the CPU; 0 for as many as LibTorch takes."),
       .initial = 0,
       .min = 0,
       .max = 1024},
      {.name = "peers",
       .label = N_("Peers"),
       .help = N_("Time other libraries at the same networks too, those that Python finds here."),
       .initial = true},
      {.name = "peer-script",
       .label = N_("Peer script"),
       .help = N_("A Python script that drives other libraries, instead of the one that is here."),
       .initial = std::string()},
      {.name = "limit",
       .label = N_("Limit"),
       .help = N_("Seconds within which a library must answer, or it is left out."),
       .initial = 120.0,
       .min = 0.1,
       .max = 1e6},
  };
  return rows;
}

struct Call {
  explicit Call(CLI::App& verb) : flags(verb, bench_params()) {
    verb.add_option("FILTER", filter, N_("The one to time: fast-style or gatys; both without."));
    verb.add_flag("--json", as_json, json_help);
  }
  std::string filter;
  bool as_json = false;
  RowFlags flags;
};

/// Throws BadSetting for a filter that nothing is timed of.
void check_filter(const std::string& name) {
  std::vector<std::string> known;
  for (const Trial& trial : trials())
    if (!std::ranges::count(known, trial.filter)) known.push_back(trial.filter);
  if (name.empty() || std::ranges::count(known, name)) return;
  throw Error(Error::Kind::BadSetting,
              say(_("bench does not time {}, but {}."), in_quotes(name), listed(known)));
}

/// Throws BadSetting.
std::vector<int> read_sizes(const std::string& text) {
  std::vector<int> sides;
  for (const double side : parse_weights(text, "sizes")) {
    if (side < 64 || side > 16384 || std::fmod(side, 16) != 0)
      throw Error(Error::Kind::BadSetting,
                  say(_("sizes has {}, but a size is a multiple of 16 from 64 to 16384."),
                      Settings::print(side)));
    sides.push_back(int(side));
  }
  return sides;
}

/// One call: where it computes, and what it has found out.
class Bench {
 public:
  explicit Bench(const Call& call)
      : call_(call),
        settings_(call.flags.settings()),
        sides_(read_sizes(settings_.text("sizes"))),
        driver_{.script = {},
                .limit = std::chrono::duration<double>(settings_.real("limit")),
                .folder = scratch_.path()} {
    if (const int threads = settings_.whole("threads"); threads > 0)
      setenv("OMP_NUM_THREADS", std::to_string(threads).c_str(), 1);
    devices_ = devices();
    const std::string& wanted = settings_.text("device");
    device_ = wanted == "cpu" || (wanted == "auto" && devices_.size() < 2) ? "cpu" : "cuda";
    if (!with_peers()) return;
    const std::string& script = settings_.text("peer-script");
    driver_.script = script.empty() ? bundled_peers() : std::filesystem::path(script);
  }

  int run() {
    json results = json::array();
    measure_peaks();
    for (const Trial& trial : trials()) {
      if (!call_.filter.empty() && call_.filter != trial.filter) continue;
      for (const int side : sides_.empty() ? trial.sides : sides_)
        results.push_back(hold_one(trial, side));
    }
    if (call_.as_json)
      print(
          json{{"devices", devices_}, {"peak-gflops", peaks_}, {"results", results}, {"status", 0}}
              .dump(2));
    return 0;
  }

 private:
  bool with_peers() const { return settings_.flag("peers"); }
  int runs() const { return settings_.whole("runs"); }

  /// Those that devices() tells first: "cpu: 2 threads, OpenBLAS 0.3.29".
  int threads() const {
    const std::string& text = devices_.at(0);
    int count = 1;
    if (const std::size_t digits = text.find_first_of("0123456789"); digits != std::string::npos)
      std::from_chars(text.data() + digits, text.data() + text.size(), count);
    return count;
  }

  json hold_one(const Trial& trial, int side) {
    Task task = task_of(trial, side, device_, threads());
    if (with_peers()) task.job["pictures"] = write_pictures(task, driver_.folder);
    const auto make = [&](const Way& way) {
      return way.library == std::string_view("pastiche") ? make_own(way, task)
                                                         : make_peer(way, task, driver_);
    };
    const Contest contest = hold(task, ways_for(trial, device_, with_peers()), runs(), make);
    if (!call_.as_json) print(table_of(contest, peaks_));
    return json_of(contest, peaks_);
  }

  /// The best of all runs: nothing makes a product faster than the machine can.
  void measure_peaks() {
    if (!with_peers()) return;
    const Task task = product_task(device_, threads());
    const Contest contest = hold(task, product_ways(), std::max(runs(), 5),
                                 [&](const Way& way) { return make_peer(way, task, driver_); });
    for (const Entry& entry : contest.entries) {
      if (entry.times.empty() || !contest.gflop) continue;
      const double least = std::ranges::min(entry.times, {}, &Times::seconds).seconds;
      peaks_[entry.way.precision] = *contest.gflop / least;
    }
    if (call_.as_json) return;
    print(listed_devices());
    print(peak_line(contest, peaks_));
  }

  std::string listed_devices() const {
    std::string text;
    for (const std::string& device : devices_) text += (text.empty() ? "" : "; ") + device;
    return text;
  }

  const Call& call_;
  const Settings settings_;
  const std::vector<int> sides_;  // that were asked for
  const ScratchFolder scratch_;
  Driver driver_;
  std::string device_;
  std::vector<std::string> devices_;
  Peaks peaks_;
};

}  // namespace

void add_bench_verb(Verbs& verbs) {
  CLI::App& verb = verbs.add("bench", N_("Times Pastiche beside other libraries on this machine."));
  const auto call = std::make_shared<Call>(verb);
  verbs.does(verb, [call] {
    check_filter(call->filter);
    return Bench(*call).run();
  });
}

}  // namespace pastiche::cli
