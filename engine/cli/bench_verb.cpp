#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.hpp"
#include "mark.hpp"
#include "pastiche/filter.hpp"
#include "progress_bar.hpp"
#include "report.hpp"
#include "say.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

/// What is timed: few steps of a filter that takes hundreds tell enough of its speed.
struct Trial {
  const char* filter;
  std::vector<std::pair<const char*, const char*>> settings;
  std::vector<int> sides;  ///< of a square picture, pixels
};

const std::vector<Trial> trials = {
    {"gatys", {{"steps", "10"}, {"first-steps", "10"}}, {128, 256, 512}},
    {"fast-style", {}, {256, 512, 1024}},
};

const Params& bench_params() {
  static const Params rows = {
      {.name = "runs",
       .label = N_("Runs"),
       .help = N_("How often each is timed, after one run that is not."),
       .initial = 5,
       .min = 1,
       .max = 1000},
      {.name = "device",
       .label = N_("Device"),
       .help = N_("Where to compute."),
       .initial = std::string("auto"),
       .choices = {"auto", "cpu", "cuda"}},
  };
  return rows;
}

struct Call {
  explicit Call(CLI::App& verb) : settings(verb, bench_params()) {
    verb.add_option("FILTER", filter, N_("The one to time; all without."));
    verb.add_flag("--json", as_json, json_help);
  }
  std::string filter;
  bool as_json = false;
  RowFlags settings;
};

/// A smooth picture with edges, the same every time: discs on a gradient.
Image drawn(int side, float phase) {
  Image image(side, side);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const float u = float(x) / float(side), v = float(y) / float(side);
      const bool disc = std::hypot(std::fmod(u * 5, 1.f) - .5f, std::fmod(v * 5, 1.f) - .5f) < .3f;
      for (int c = 0; c < 3; ++c) {
        const float wave = .5f + .5f * std::sin(6.28f * (u * float(c + 1) + v + phase));
        image.at(x, y)[c] = disc ? 1 - wave : wave;
      }
      image.at(x, y)[3] = 1;
    }
  return image;
}

Pictures pictures_for(const Filter& filter, int side) {
  Pictures pictures;
  for (const Input& input : filter.inputs)
    for (int i = 0; i < input.min; ++i)
      pictures[input.name].push_back(drawn(side, float(pictures.size()) / 3));
  return pictures;
}

/// Seconds of each run, rising; the first, which loads and warms up, is left out.
std::vector<double> time(const Filter& filter, const Settings& settings, int side, int runs) {
  const Pictures pictures = pictures_for(filter, side);
  ProgressBar bar(say("{} {} x {}", filter.name, side, side));
  std::vector<double> seconds;
  for (int i = 0; i <= runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run(filter, pictures, settings, bar.progress());
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    if (i > 0) seconds.push_back(spent.count());
  }
  std::ranges::sort(seconds);
  return seconds;
}

double median(const std::vector<double>& rising) {
  const std::size_t middle = rising.size() / 2;
  return rising.size() % 2 ? rising[middle] : (rising[middle - 1] + rising[middle]) / 2;
}

json measure(const Trial& trial, int side, const Call& call) {
  const Filter& filter = find_filter(trial.filter);
  Settings settings(filter.params);
  for (const auto& [name, text] : trial.settings) settings.parse(name, text);
  const Settings how = call.settings.settings();
  settings.set("device", how.text("device"));
  const std::vector<double> seconds = time(filter, settings, side, how.whole("runs"));
  return {{"filter", filter.name},
          {"side", side},
          {"runs", seconds.size()},
          {"median-seconds", median(seconds)},
          {"least-seconds", seconds.front()},
          {"most-seconds", seconds.back()}};
}

int bench(const Call& call) {
  if (!call.filter.empty()) find_filter(call.filter);
  json all = json::array();
  for (const Trial& trial : trials)
    for (const int side : trial.sides) {
      if (!call.filter.empty() && call.filter != trial.filter) continue;
      const json row = measure(trial, side, call);
      all.push_back(row);
      if (!call.as_json)
        print(std::format("{:<12} {:>5} px  {:8.3f} s  ({:.3f} to {:.3f}, {} runs)", trial.filter,
                          side, row["median-seconds"].get<double>(),
                          row["least-seconds"].get<double>(), row["most-seconds"].get<double>(),
                          row["runs"].get<int>()));
    }
  if (call.as_json) print(json{{"devices", devices()}, {"results", all}, {"status", 0}}.dump(2));
  return 0;
}

}  // namespace

void add_bench_verb(Verbs& verbs) {
  CLI::App& verb = verbs.add("bench", N_("Times the filters on this machine."));
  const auto call = std::make_shared<Call>(verb);
  verbs.does(verb, [call] { return bench(*call); });
}

}  // namespace pastiche::cli
