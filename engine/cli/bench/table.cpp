#include "bench/table.hpp"

#include <cmath>
#include <format>

namespace pastiche::cli {
namespace {

using nlohmann::json;

constexpr const char* precisions[] = {"fp32", "bf16"};
constexpr const char* row_format = "{:<33} {:>8} {:>8} {:>18} {:>18} {:>6} {:>7} {:>7} {:>6}";

template <class... Cells>
std::string line(const Cells&... cells) {
  std::string text = std::vformat(row_format, std::make_format_args(cells...));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string in_words(const Spread& spread) {
  return std::format("{:.2f} ({:.2f}-{:.2f})", spread.median, spread.lower, spread.upper);
}

/// The computing alone, where every round told it apart.
std::optional<Spread> network_of(const Entry& entry) {
  std::vector<double> values;
  for (const Times& times : entry.times) {
    if (!times.network) return std::nullopt;
    values.push_back(*times.network);
  }
  return spread_of(std::move(values));
}

/// GFLOP/s of the computing alone; nothing where its work is not known.
std::optional<double> rate_of(const Contest& contest, const Entry& entry) {
  if (!contest.gflop) return std::nullopt;
  return *contest.gflop / network_of(entry).value_or(seconds_of(entry)).median;
}

std::optional<double> share_of_peak(const Contest& contest, const Entry& entry,
                                    const Peaks& peaks) {
  const auto peak = peaks.find(entry.way.precision);
  const auto rate = rate_of(contest, entry);
  if (!rate || peak == peaks.end()) return std::nullopt;
  return *rate / peak->second;
}

std::string row_of(const Contest& contest, const Entry& entry, const Peaks& peaks) {
  if (entry.times.empty()) return std::format("{:<33} {}", entry.name, entry.left_out);
  const auto network = network_of(entry);
  const auto rate = rate_of(contest, entry), share = share_of_peak(contest, entry, peaks);
  std::string ratios[2];
  for (std::size_t i = 0; i < 2; ++i)
    if (const Entry* ours = contest.ours(precisions[i]))
      ratios[i] = in_words(ratio_of(entry, *ours));
  return line(entry.name, std::format("{:.3f}", seconds_of(entry).median),
              network ? std::format("{:.3f}", network->median) : "", ratios[0], ratios[1],
              std::isfinite(entry.psnr) ? std::format("{:.1f}", entry.psnr) : "same",
              std::format("{:.4f}", entry.largest), rate ? std::format("{:.0f}", *rate) : "",
              share ? std::format("{:.0f} %", 100 * *share) : "");
}

json object_of(const Spread& spread) {
  return {{"median", spread.median}, {"lower", spread.lower}, {"upper", spread.upper}};
}

json object_of(const Contest& contest, const Entry& entry, const Peaks& peaks) {
  json object = {{"name", entry.name},
                 {"library", entry.way.library},
                 {"precision", entry.way.precision},
                 {"channels-last", entry.way.channels_last}};
  if (entry.times.empty()) {
    object["left-out"] = entry.left_out;
    return object;
  }
  object["seconds"] = object_of(seconds_of(entry));
  for (const Times& times : entry.times) object["rounds"].push_back(times.seconds);
  if (const auto network = network_of(entry)) object["network-seconds"] = object_of(*network);
  for (const char* precision : precisions)
    if (const Entry* ours = contest.ours(precision))
      object[std::string("times-") + precision] = object_of(ratio_of(entry, *ours));
  object["psnr"] = std::isfinite(entry.psnr) ? json(entry.psnr) : json();  // null: the same bits
  object["largest-error"] = entry.largest;
  if (const auto rate = rate_of(contest, entry)) object["gflops"] = *rate;
  if (const auto share = share_of_peak(contest, entry, peaks)) object["share-of-peak"] = *share;
  return object;
}

}  // namespace

std::string peak_line(const Contest& products, const Peaks& peaks) {
  std::string text = "matrix product:";
  for (const Entry& entry : products.entries) {
    const auto peak = peaks.find(entry.way.precision);
    text += peak == peaks.end() ? std::format(" {}: {};", entry.name, entry.left_out)
                                : std::format(" {}: {:.0f} GFLOP/s;", entry.name, peak->second);
  }
  text.back() = '\n';
  return text;
}

std::string table_of(const Contest& contest, const Peaks& peaks) {
  const Task& task = *contest.task;
  std::string text = std::format("{}, {} x {} px, {}\n", task.name, task.side, task.side,
                                 task.steps ? "a step" : "a picture");
  text += line("", "seconds", "network", "times our fp32", "times our bf16", "PSNR", "max off",
               "GFLOP/s", "peak") +
          "\n";
  for (const Entry& entry : contest.entries) text += row_of(contest, entry, peaks) + "\n";
  for (const char* precision : precisions) {
    const Entry *ours = contest.ours(precision), *peer = contest.fastest_peer(precision);
    if (ours && peer)
      text += std::format("In {} Pastiche is {} times as fast as the fastest peer in it, {}.\n",
                          precision, in_words(ratio_of(*peer, *ours)), peer->name);
  }
  const Entry *ours = contest.ours(task.chosen), *peer = contest.fastest_peer();
  if (ours && peer)
    text += std::format(
        "Of itself it takes {} here, {} times as fast as the fastest peer of all, {}.\n",
        task.chosen, in_words(ratio_of(*peer, *ours)), peer->name);
  return text;
}

json json_of(const Contest& contest, const Peaks& peaks) {
  json object = {{"task", contest.task->name},
                 {"side", contest.task->side},
                 {"device", contest.task->device},
                 {"threads", contest.task->threads},
                 {"contestants", json::array()}};
  object["chosen-precision"] = contest.task->chosen;
  if (contest.task->steps) object["loss"] = contest.task->job.at("settings").at("loss");
  if (contest.gflop) object["gflop"] = *contest.gflop;
  for (const Entry& entry : contest.entries)
    object["contestants"].push_back(object_of(contest, entry, peaks));
  for (const char* precision : precisions)
    if (const Entry* peer = contest.fastest_peer(precision))
      object["fastest-peer"][precision] = peer->name;
  if (const Entry* peer = contest.fastest_peer()) object["fastest-peer"]["all"] = peer->name;
  return object;
}

}  // namespace pastiche::cli
