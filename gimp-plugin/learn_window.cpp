#include "learn_window.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimpui.h>

#include <chrono>

#include "job.hpp"
#include "thumbnail.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int side = 192;           // px, of the picture at the end
constexpr double too_early = 0.02;  // done, to tell the time left

struct Window {
  GtkWidget* dialog;
  GtkWidget* bar;
  GtkWidget* text;
  bool stopped = false;
};

GtkWidget* content_of(GtkWidget* dialog) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_container_set_border_width(GTK_CONTAINER(box), 12);
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), box, TRUE, TRUE, 0);
  return box;
}

GtkWidget* new_dialog(const std::string& title, const char* button) {
  GtkWidget* dialog = gimp_dialog_new(title.c_str(), "pastiche-learn", nullptr, GtkDialogFlags(0),
                                      nullptr, nullptr, button, GTK_RESPONSE_CANCEL, nullptr);
  gimp_window_set_transient(GTK_WINDOW(dialog));
  return dialog;
}

void open(Window& window, const std::string& title) {
  window.dialog = new_dialog(title, _("_Cancel"));
  window.bar = gtk_progress_bar_new();
  window.text = text_label("");
  gtk_widget_set_size_request(window.bar, 400, -1);
  GtkWidget* box = content_of(window.dialog);
  gtk_box_pack_start(GTK_BOX(box), window.bar, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), window.text, FALSE, FALSE, 0);
  // Closing the window is Cancel too; the window stays until the work has stopped.
  g_signal_connect(window.dialog, "delete-event", G_CALLBACK(gtk_true), nullptr);
  on(window.dialog, "response", window.dialog, [&window] {
    window.stopped = true;
    gtk_widget_set_sensitive(window.dialog, FALSE);
    gtk_label_set_text(GTK_LABEL(window.text), _("Stopping..."));
  });
  gtk_widget_show_all(window.dialog);
}

bool show(Window& window, Clock::time_point start, double done, const std::string& doing) {
  if (window.stopped) return false;
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window.bar), done);
  std::string text = doing;
  if (done > too_early) {
    const std::chrono::duration<double> spent = Clock::now() - start;
    const int left = int(spent.count() * (1 - done) / done);
    text = words(_("%s, %d:%02d left"), doing.c_str(), left / 60, left % 60);
  }
  gtk_label_set_text(GTK_LABEL(window.text), text.c_str());
  return true;
}

void show_learnt(const Lesson& lesson, const Learnt& learnt) {
  const std::string title = title_of(lesson.name);
  GtkWidget* dialog = new_dialog(words(_("%s is learnt"), title.c_str()), _("_Close"));
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget* picture = thumbnail_place(side);
  show_thumbnail(picture, learnt.thumbnail.string(), side);
  std::string text = words(_(lesson.subject.learnt), title.c_str());
  if (!learnt.advice.empty()) text += "\n\n" + learnt.advice;
  GtkWidget* label = text_label(text.c_str());
  for (GtkWidget* part : {picture, label}) gtk_widget_set_valign(part, GTK_ALIGN_START);
  gtk_box_pack_start(GTK_BOX(row), picture, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(row), label, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(content_of(dialog)), row, TRUE, TRUE, 0);
  gtk_widget_show_all(dialog);
  gtk_dialog_run(GTK_DIALOG(dialog));
  gtk_widget_destroy(dialog);
}

}  // namespace

Learnt learn_in_window(const Lesson& lesson) {
  Window window = {};
  open(window, words(_(lesson.subject.running), title_of(lesson.name).c_str()));
  Learnt learnt;
  try {
    run_job([&](const pastiche::Progress& progress) { learnt = learn(lesson, progress); },
            [&window, start = Clock::now()](double done, const std::string& doing) {
              return show(window, start, done, doing);
            });
  } catch (...) {
    gtk_widget_destroy(window.dialog);
    throw;
  }
  gtk_widget_destroy(window.dialog);
  show_learnt(lesson, learnt);
  return learnt;
}
