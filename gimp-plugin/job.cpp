#include "job.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimp.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "words.hpp"

namespace {

constexpr guint report_every = 100;  // ms; GIMP redraws for each report

/// What the two threads share; `mutex` guards the two that follow.
struct Job {
  const char* label = nullptr;
  const pid_t gimp = getppid();
  std::mutex mutex;
  double done = 0;
  std::string doing;
};

gboolean report(gpointer data) {
  auto& job = *static_cast<Job*>(data);
  // GIMP is gone. Not exit(), as libgimp would: LibTorch's clean-up waits for ever for our worker.
  if (getppid() != job.gimp) _exit(EXIT_FAILURE);
  double done;
  std::string doing;
  {
    const std::lock_guard lock(job.mutex);
    done = job.done;
    doing = job.doing;
  }
  gimp_progress_set_text_printf(_("%s: %s (%d %%)"), job.label, translated(doing).c_str(),
                                int(100 * done));
  gimp_progress_update(done);
  return G_SOURCE_CONTINUE;
}

gboolean leave(gpointer loop) {
  g_main_loop_quit(static_cast<GMainLoop*>(loop));
  return G_SOURCE_REMOVE;
}

}  // namespace

pastiche::Result run_with_progress(const pastiche::Filter& filter,
                                   const pastiche::Pictures& pictures,
                                   const pastiche::Settings& settings) {
  Job job;
  job.label = _(filter.label);
  job.doing = _("starting");
  pastiche::Result result;
  std::exception_ptr failure;
  gimp_progress_init(job.label);
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);

  std::thread worker([&] {
    try {
      result = pastiche::run(filter, pictures, settings, [&](double done, std::string_view doing) {
        const std::lock_guard lock(job.mutex);
        job.done = done;
        job.doing = doing;
        return true;
      });
    } catch (...) {
      failure = std::current_exception();
    }
    g_idle_add(leave, loop);
  });
  const guint reports = g_timeout_add(report_every, report, &job);
  g_main_loop_run(loop);
  g_source_remove(reports);
  g_main_loop_unref(loop);
  worker.join();
  gimp_progress_end();
  if (failure) std::rethrow_exception(failure);
  return result;
}
