#include "estimate.hpp"

#include <glib/gi18n-lib.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "job.hpp"
#include "pastiche/error.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;

constexpr guint settled = 250;  // ms without a change

std::string line_of(const pastiche::Prediction& told) {
  return words(_("About %s and %s on %s (%s)"), pastiche::print_seconds(told.seconds).c_str(),
               pastiche::print_bytes(told.bytes).c_str(), told.device.c_str(),
               told.precision.c_str());
}

/// What there is to say of a call; nothing where it could not even begin, which it will tell
/// itself.
std::string said_of(const Filter& filter, const Estimate::Call& call) try {
  return line_of(pastiche::predict(filter, call.sizes, call.settings));
} catch (const pastiche::Error& error) {
  return error.kind == pastiche::Error::Kind::OutOfMemory ? error.what() : "";
}

}  // namespace

/// `mutex` guards the next two; the last two are the main thread's.
struct Estimate::State {
  std::mutex mutex;
  std::optional<std::pair<int, Call>> next;  ///< the question's number, and it
  bool ended = false;
  std::condition_variable changed;
  int newest = 0;  ///< question
  bool gone = false;

  /// Waits for one; none at the end.
  std::optional<std::pair<int, Call>> take() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return next || ended; });
    return ended ? std::nullopt : std::exchange(next, std::nullopt);
  }

  bool has_ended() {
    const std::lock_guard lock(mutex);
    return ended;
  }
};

Estimate::Estimate(const Filter& filter, GimpProcedureConfig* config,
                   std::function<std::optional<Call>()> current)
    : current_(std::move(current)), label_(text_label("")), state_(std::make_shared<State>()) {
  gtk_widget_set_no_show_all(label_, TRUE);
  on(config, "notify", label_, [this] { refresh_soon(); });
  // On its own to the end: what it has begun is needed, or nobody waits for it.
  std::thread([this, state = state_, &filter] {
    while (const auto next = state->take()) {
      open_early();
      if (state->has_ended()) return;
      later([this, state, number = next->first, text = said_of(filter, next->second)] {
        if (!state->gone && number == state->newest) show(text);
      });
    }
  }).detach();
}

Estimate::~Estimate() {
  if (refresh_) g_source_remove(refresh_);
  state_->gone = true;
  {
    const std::lock_guard lock(state_->mutex);
    state_->ended = true;
  }
  state_->changed.notify_one();
}

void Estimate::start() {
  started_ = true;
  refresh();
}

void Estimate::refresh_soon() {
  if (!started_) return;
  if (refresh_) g_source_remove(refresh_);
  const auto act = [](gpointer estimate) -> gboolean {
    static_cast<Estimate*>(estimate)->refresh_ = 0;
    static_cast<Estimate*>(estimate)->refresh();
    return G_SOURCE_REMOVE;
  };
  refresh_ = g_timeout_add(settled, act, this);
}

void Estimate::refresh() {
  std::optional<Call> call;
  try {
    call = current_();
  } catch (const pastiche::Error&) {  // told when it is run
  }
  const int number = ++state_->newest;
  if (!call) return show("");
  {
    const std::lock_guard lock(state_->mutex);
    state_->next.emplace(number, std::move(*call));
  }
  state_->changed.notify_one();
}

void Estimate::show(const std::string& text) {
  gtk_label_set_text(GTK_LABEL(label_), text.c_str());
  gtk_widget_set_visible(label_, !text.empty());
}
