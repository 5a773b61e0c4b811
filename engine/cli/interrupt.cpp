#include "interrupt.hpp"

#include <csignal>
#include <initializer_list>

namespace pastiche::cli {
namespace {

volatile std::sig_atomic_t raised = 0;

void raise_flag(int) {
  raised = 1;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
}

}  // namespace

void watch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = raise_flag;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    // A shell's background job is started with SIGINT ignored, and stays so.
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

bool interrupted() { return raised != 0; }

}  // namespace pastiche::cli
