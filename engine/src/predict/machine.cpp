#include "predict/machine.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pastiche/error.hpp"
#include "store/atomic_file.hpp"
#include "store/json_text.hpp"
#include "store/small_file.hpp"

namespace pastiche {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t longest_file = 1 << 20, longest_name = 1000;
constexpr std::size_t most_machines = 8, most_entries = 400;
constexpr double longest_call = 1e6;  // seconds

/// Of several calls the later ones count more, and each less than a quarter.
constexpr int memory = 5;
constexpr double surprise = 1.5, oddest = 8;  // by how much a call counts as off

double number_in(const json& value, double most) {
  const double number = value.get<double>();
  if (!(number >= 0 && number <= most)) throw std::invalid_argument("a number is out of range");
  return number;
}

/// The pairs of an object of arrays of two numbers.
template <class Add>
void read_pairs(const json& object, const Add& add) {
  if (object.size() > most_entries) throw std::invalid_argument("too many entries");
  for (const auto& [name, pair] : object.items()) {
    if (name.size() > longest_name || pair.size() != 2) throw std::invalid_argument("no pair");
    add(name, number_in(pair.at(0), longest_call), number_in(pair.at(1), longest_call));
  }
}

/// All machines of a file; none of one that is broken.
json machines_in(const fs::path& file) try {
  const auto text = read_small_file(file, longest_file);
  if (!text) return json::object();
  json machines = parse_json(*text, 6).at("machines");
  return machines.is_object() && machines.size() <= most_machines ? machines : json::object();
} catch (const std::exception&) {
  return json::object();
}

fs::path folder_from(const char* variable) {
  const char* text = std::getenv(variable);
  const fs::path folder = text ? text : "";
  return folder.is_absolute() ? folder : fs::path();
}

}  // namespace

Machine::Machine(fs::path file, std::string name)
    : file_(std::move(file)), name_(name.substr(0, longest_name)) {
  try {
    if (!file_.empty()) read();
  } catch (const std::exception&) {
    costs_.clear(), calls_.clear();
  }
}

void Machine::read() {
  const json machines = machines_in(file_);
  const auto own = machines.find(name_);
  if (own == machines.end()) return;
  read_pairs(own->at("costs"), [&](const std::string& kind, double call, double unit) {
    costs_[kind] = {call, unit};
  });
  read_pairs(own->at("calls"), [&](const std::string& call, double factor, double count) {
    if (factor >= 1 / oddest && factor <= oddest) calls_[call] = {factor, int(count)};
  });
}

double Machine::seconds(const Work& work) {
  auto found = costs_.find(work.kind);
  if (found == costs_.end()) {
    for (const auto& [kind, cost] : work.measure()) {
      if (costs_.size() >= most_entries) costs_.clear();
      costs_[kind] = cost;
    }
    changed_ = true;
    found = costs_.find(work.kind);
    if (found == costs_.end()) return 0;
  }
  return work.calls * found->second.call + work.units * found->second.unit;
}

double Machine::factor(const std::string& call) const {
  const auto found = calls_.find(call);
  return found == calls_.end() ? 1 : found->second.factor;
}

void Machine::learn(const std::string& call, double predicted, double measured) {
  if (!(predicted > 0 && measured > 0)) return;
  if (calls_.size() >= most_entries) calls_.clear();
  Experience& known = calls_[call];
  const double bound = known.calls < 2 ? oddest : surprise;
  const double ratio = std::clamp(measured / predicted, known.factor / bound, known.factor * bound);
  known.calls = std::min(known.calls + 1, memory - 1);
  const double share = 1.0 / (known.calls + 1);
  known.factor =
      std::clamp(known.factor * std::pow(ratio / known.factor, share), 1 / oddest, oddest);
  changed_ = true;
}

void Machine::keep() const noexcept try {
  if (changed_ && !file_.empty()) write();
} catch (const std::exception&) {
  // A cache that cannot be kept is measured again.
}

void Machine::write() const {
  fs::create_directories(file_.parent_path());
  json machines = machines_in(file_), costs = json::object(), calls = json::object();
  if (machines.size() >= most_machines && !machines.contains(name_)) machines = json::object();
  for (const auto& [kind, cost] : costs_)
    if (kind.size() <= longest_name) costs[kind] = {cost.call, cost.unit};
  for (const auto& [call, known] : calls_) calls[call] = {known.factor, known.calls};
  machines[name_] = {{"costs", costs}, {"calls", calls}};
  write_file(
      file_,
      json{{"machines", machines}}.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

fs::path machine_file() {
  fs::path cache = folder_from("XDG_CACHE_HOME");
  const fs::path home = folder_from("HOME");
  if (cache.empty() && !home.empty()) cache = home / ".cache";
  return cache.empty() ? cache : cache / "pastiche/machine.json";
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name"))
      return line.substr(std::min(line.size(), line.find(':') + 2));
  return "unknown processor";
}

}  // namespace pastiche
