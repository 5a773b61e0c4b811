#include "job.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimp.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>

#include "pastiche/error.hpp"
#include "words.hpp"

namespace {

constexpr guint report_every = 100;  // ms; GIMP redraws for each report

/// What the two threads share; `mutex` guards the two that follow.
struct Job {
  const Show& show;
  const pid_t gimp = getppid();
  std::atomic<bool> stop = false;
  std::mutex mutex = {};
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
  if (!job.show(done, translated(doing))) job.stop = true;
  return G_SOURCE_CONTINUE;
}

gboolean leave(gpointer loop) {
  g_main_loop_quit(static_cast<GMainLoop*>(loop));
  return G_SOURCE_REMOVE;
}

}  // namespace

void later(std::function<void()> act) {
  g_idle_add_full(
      G_PRIORITY_DEFAULT_IDLE,
      [](gpointer what) -> gboolean {
        (*static_cast<std::function<void()>*>(what))();
        return G_SOURCE_REMOVE;
      },
      new std::function<void()>(std::move(act)),
      [](gpointer what) { delete static_cast<std::function<void()>*>(what); });
}

void open_early() {
  try {
    pastiche::preload();
  } catch (const pastiche::Error&) {  // told by the next
  }
}

void run_job(const Work& work, const Show& show) {
  Job job = {.show = show, .doing = _("starting")};
  std::exception_ptr failure;
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  std::thread worker([&] {
    try {
      work([&](double done, std::string_view doing) {
        const std::lock_guard lock(job.mutex);
        job.done = done;
        job.doing = doing;
        return !job.stop;
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
  if (failure) std::rethrow_exception(failure);
}

void run_with_progress(const char* label, const Work& work) {
  gimp_progress_init(label);
  run_job(work, [&](double done, const std::string& doing) {
    gimp_progress_set_text_printf(_("%s: %s (%d %%)"), label, doing.c_str(), int(100 * done));
    gimp_progress_update(done);
    return true;
  });
  gimp_progress_end();
}
