#include "bench/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <format>

#include "interrupt.hpp"
#include "pastiche/error.hpp"
#include "say.hpp"

namespace pastiche::cli {
namespace {

constexpr std::size_t longest_line = 1 << 16;

/// In the child, between fork and exec: nothing but calls that are safe there.
[[noreturn]] void become(char* const* words, int socket, int errors, pid_t parent) {
  setpgid(0, 0);  // Ctrl+C is for the parent, which ends us
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before
  if (dup2(socket, 0) < 0 || dup2(socket, 1) < 0 || dup2(errors, 2) < 0) _exit(127);
  execvp(words[0], words);
  const char* reason = std::strerror(errno);
  if (write(2, reason, std::strlen(reason)) < 0) _exit(126);
  _exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& words) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Silent(std::format("could not be started ({})", std::strerror(errno)));
  socket_ = ends[0];
  errors_ = memfd_create("errors", MFD_CLOEXEC);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = errors_ < 0 ? -1 : fork();
  if (pid_ == 0) become(argv.data(), ends[1], errors_, parent);
  const int failure = errno;
  close(ends[1]);
  if (pid_ > 0) {
    setpgid(pid_, pid_);  // here too: whoever comes first
    return;
  }
  close(socket_);
  if (errors_ >= 0) close(errors_);
  throw Silent(std::format("could not be started ({})", std::strerror(failure)));
}

Child::~Child() {
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(socket_);
  close(errors_);
}

void Child::say(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR) return;
    sent += std::size_t(std::max<ssize_t>(n, 0));
  }
}

std::string Child::hear(std::chrono::duration<double> limit) {
  constexpr int look_up = 100;  // milliseconds, for Ctrl+C
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    if (const auto end = heard_.find('\n'); end != std::string::npos) {
      const std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    if (interrupted()) throw Cancelled(_("Stopped before everything was timed."));
    if (heard_.size() > longest_line) throw Silent("says more than can be an answer");
    if (std::chrono::steady_clock::now() > until)
      throw Silent(std::format("said nothing within {:g} s", limit.count()));
    pollfd wait = {.fd = socket_, .events = POLLIN, .revents = 0};
    if (poll(&wait, 1, look_up) <= 0) continue;
    char part[4096];
    const ssize_t n = recv(socket_, part, sizeof part, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) throw Silent(last_words());
    heard_.append(part, std::size_t(n));
  }
}

std::string Child::last_words() const {
  constexpr off_t most = 4096;
  const off_t size = lseek(errors_, 0, SEEK_END);
  std::string text(std::size_t(std::clamp<off_t>(size, 0, most)), '\0');
  const ssize_t n = pread(errors_, text.data(), text.size(), std::max<off_t>(0, size - most));
  text.resize(std::size_t(std::max<ssize_t>(n, 0)));
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  text.erase(0, text.rfind('\n') + 1);  // npos + 1 is 0
  return text.empty() ? "ended without a word" : "ended: " + text;
}

}  // namespace pastiche::cli
