#include "bench/contest.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <limits>
#include <thread>

#include "bench/child.hpp"
#include "interrupt.hpp"
#include "pastiche/error.hpp"
#include "say.hpp"

namespace pastiche::cli {
namespace {

/// The least PSNR, dB, at which a result counts as the same picture. Large sums in fp32 (OpenCV's
/// variance of four million values: 53 dB) and rounding to bf16 in every layer, whose errors an
/// optimisation's steps multiply, stay above these; another network or style is far below.
double least_psnr(std::string_view precision) { return precision == "fp32" ? 40 : 25; }

/// A library's threads spin for some milliseconds after a run, which is not to cost the next one.
constexpr std::chrono::milliseconds rest(50);

struct Seat {
  Entry entry;
  std::unique_ptr<Contestant> contestant;
};

std::string name_of(const Way& way, const std::string& library) {
  return std::format("{} {}{}", library, way.precision, way.channels_last ? " channels-last" : "");
}

void compare(Entry& entry, const std::vector<float>& result, const std::vector<float>& reference) {
  double square = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double off = std::abs(std::clamp(double(result[i]), 0.0, 1.0) - reference[i]);
    if (!std::isfinite(result[i])) throw Silent("made a picture of what are no numbers");
    square += off * off;
    entry.largest = std::max(entry.largest, off);
  }
  entry.psnr = square > 0 ? -10 * std::log10(square / double(result.size()))
                          : std::numeric_limits<double>::infinity();
  if (entry.psnr < least_psnr(entry.way.precision))
    throw Silent(std::format("made another picture: PSNR {:.1f} dB, where {:g} are asked",
                             entry.psnr, least_psnr(entry.way.precision)));
}

/// Lets it do something, and leaves it out when it cannot.
template <class Function>
void attempt(Seat& seat, Function function) {
  try {
    function();
  } catch (const Silent& why) {
    seat.entry.left_out = why.what();
  } catch (const Error& error) {
    if (error.kind == Error::Kind::Cancelled) throw;
    seat.entry.left_out = error.what();
  }
  if (seat.entry.left_out.empty()) return;
  seat.contestant.reset();  // what it holds is for the others
  seat.entry.times.clear();
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const auto at = [&](double share) {
    const double place = share * double(values.size() - 1);
    const auto below = std::size_t(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - double(below)) * (values[above] - values[below]);
  };
  return {at(0.5), at(0.25), at(0.75)};
}

Spread seconds_of(const Entry& entry) {
  std::vector<double> values;
  for (const Times& times : entry.times) values.push_back(times.seconds);
  return spread_of(std::move(values));
}

Spread ratio_of(const Entry& a, const Entry& b) {
  std::vector<double> values;
  for (std::size_t i = 0; i < a.times.size(); ++i)
    values.push_back(a.times[i].seconds / b.times[i].seconds);
  return spread_of(std::move(values));
}

const Entry* Contest::ours(std::string_view precision) const {
  for (const Entry& entry : entries)
    if (entry.is_ours() && entry.way.precision == precision && !entry.times.empty()) return &entry;
  return nullptr;
}

const Entry* Contest::fastest_peer(std::string_view precision) const {
  const Entry* best = nullptr;
  for (const Entry& entry : entries)
    if (!entry.is_ours() && !entry.times.empty() &&
        (precision.empty() || entry.way.precision == precision) &&
        (!best || seconds_of(entry).median < seconds_of(*best).median))
      best = &entry;
  return best;
}

Contest hold(const Task& task, const std::vector<Way>& ways, int runs, const Make& make) {
  Contest contest = {.task = &task};
  std::vector<Seat> seats;
  std::vector<float> reference;
  for (const Way& way : ways) {
    seats.push_back({{.way = way, .name = name_of(way, way.label)}, make(way)});
    Seat& seat = seats.back();
    const auto begin = [&] {
      First first = seat.contestant->start();
      seat.entry.name = name_of(way, first.name);
      if (first.gflop) contest.gflop = first.gflop;
      if (reference.empty()) reference = first.result;
      compare(seat.entry, first.result, reference);
    };
    if (seats.size() == 1 && seat.entry.is_ours())
      begin();  // there is nothing to compare with otherwise
    else
      attempt(seat, begin);
  }
  for (int round = 0; round < runs; ++round)
    for (std::size_t i = 0; i < seats.size(); ++i) {
      Seat& seat = seats[(i + std::size_t(round)) % seats.size()];  // nobody is always first
      if (!seat.contestant) continue;
      std::this_thread::sleep_for(rest);
      if (interrupted()) throw Cancelled(_("Stopped before everything was timed."));
      attempt(seat, [&] { seat.entry.times.push_back(seat.contestant->run()); });
    }
  for (Seat& seat : seats) contest.entries.push_back(std::move(seat.entry));
  return contest;
}

}  // namespace pastiche::cli
