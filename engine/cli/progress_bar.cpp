#include "progress_bar.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <format>

#include "interrupt.hpp"

namespace pastiche::cli {
namespace {

constexpr const char* wipe = "\r\x1b[K";

bool draws_on_terminal() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) && !(terminal && std::string_view(terminal) == "dumb");
}

int columns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// At most `count` characters of UTF-8 text.
std::string_view shortened(std::string_view text, int count) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] & 0xc0) != 0x80 && count-- <= 0) return text.substr(0, i);
  return text;
}

}  // namespace

std::string progress_line(double done, double seconds_so_far, std::string_view words, int columns) {
  constexpr int bar_width = 20;
  constexpr double too_early = 0.02;
  done = std::clamp(done, 0.0, 1.0);
  const int filled = int(done * bar_width);
  std::string line = std::format("[{}{}] {:3}%", std::string(filled, '#'),
                                 std::string(bar_width - filled, '.'), int(done * 100));
  if (done > too_early) {
    const int left = int(seconds_so_far * (1 - done) / done + 0.5);
    line += std::format("  {}:{:02} left", left / 60, left % 60);
  }
  line += "  ";
  // The last column stays free: a terminal would wrap there.
  const int room = std::max(0, columns - 1 - int(line.size()));
  return (line += shortened(words, room)).substr(0, std::max<std::size_t>(columns - 1, 1));
}

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)), on_terminal_(draws_on_terminal()) {}

ProgressBar::~ProgressBar() {
  if (on_terminal_) std::fputs(wipe, stderr);
}

void ProgressBar::draw(double done, std::string_view doing) {
  constexpr std::chrono::milliseconds between(100);
  const auto now = Clock::now();
  if (now - drawn_ < between) return;
  drawn_ = now;
  const std::chrono::duration<double> spent = now - start_;
  std::string words = title_;
  if (!doing.empty()) words += (words.empty() ? "" : ": ") + std::string(doing);
  std::fprintf(stderr, "%s%s", wipe, progress_line(done, spent.count(), words, columns()).c_str());
  std::fflush(stderr);
}

Progress ProgressBar::progress() {
  return [this](double done, std::string_view doing) {
    if (on_terminal_) draw(done, doing);
    return !interrupted();
  };
}

}  // namespace pastiche::cli
