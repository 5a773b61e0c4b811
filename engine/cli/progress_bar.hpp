#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "pastiche/filter.hpp"

namespace pastiche::cli {

/// One line on stderr that says how far the work is, in words and per cent, and how long it may
/// still take; nothing when stderr is no terminal. The line is wiped when the bar goes.
class ProgressBar {
 public:
  /// `title` stands before the words: "photo.jpg (3 of 7)".
  explicit ProgressBar(std::string title);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// For the engine: draws, and says stop after an interrupt. Must not outlive the bar.
  Progress progress();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(double done, std::string_view doing);

  const std::string title_;
  const bool on_terminal_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_;
};

/// The line, at most `columns` wide: a bar, per cent, the time left and the words.
std::string progress_line(double done, double seconds_so_far, std::string_view words, int columns);

}  // namespace pastiche::cli
