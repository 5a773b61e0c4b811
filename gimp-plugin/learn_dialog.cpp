#include "learn_dialog.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimpui.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "drawable.hpp"
#include "learn.hpp"
#include "own_style.hpp"
#include "thumbnail.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

constexpr int preview = 160;  // px

struct Dialog {
  const Subject& subject;
  GimpProcedureConfig* config;
  GtkWidget* window;
  GtkWidget* note;  ///< what becomes of the name
  GtkWidget* models;
  GtkWidget* warning;
  std::string default_name;
  Findings known = {};
};

/// The area, made to fit `preview`. Not gimp_drawable_get_sub_thumbnail: GIMP 3.0's frees what is
/// not its own.
GtkWidget* small_picture(const Target& target) {
  const auto longest = double(std::max(target.area.width, target.area.height));
  GtkWidget* place = thumbnail_place(preview);
  show_picture(place, read_pixels(target.drawable, target.area, std::min(1.0, preview / longest)),
               preview);
  return place;
}

/// What is to be learnt, small, and how large it is.
GtkWidget* picture_of(const Target& target) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_box_pack_start(GTK_BOX(box), small_picture(target), FALSE, FALSE, 0);
  const std::string text =
      words(_("\"%s\"\n%d x %d pixels"), name_of(GIMP_ITEM(target.drawable)).c_str(),
            target.area.width, target.area.height);
  GtkWidget* label = gtk_label_new(text.c_str());
  gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
  return box;
}

std::string chosen_name(const Dialog& dialog) {
  const std::string typed = text_of(dialog.config, "name");
  return typed.empty() ? free_name(dialog.known, dialog.default_name) : model_name_from(typed);
}

void show_name(Dialog& dialog) {
  const std::string name = chosen_name(dialog);
  std::string note = words(_(dialog.subject.listed), title_of(name).c_str());
  bool good = true;
  try {
    check_name(dialog.known, name);
  } catch (const std::exception& error) {
    note = error.what();
    good = false;
  }
  gtk_label_set_text(GTK_LABEL(dialog.note), note.c_str());
  gtk_dialog_set_response_sensitive(GTK_DIALOG(dialog.window), GTK_RESPONSE_OK, good);
}

GtkWidget* name_widget(Dialog& dialog) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget* entry = gimp_prop_entry_new(G_OBJECT(dialog.config), "name", -1);
  gtk_entry_set_placeholder_text(GTK_ENTRY(entry), title_of(dialog.default_name).c_str());
  gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
  gtk_box_pack_start(GTK_BOX(box), entry, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), dialog.note, FALSE, FALSE, 0);
  return box;
}

GtkWidget* strokes_widget(GimpProcedureConfig* config, const char* name) {
  return text_combo(config, name,
                    {{"", _("Every size that the model has")},
                     {"256", _("Fine")},
                     {"512", _("Medium")},
                     {"1024", _("Coarse")}});
}

GtkWidget* steps_widget(GimpProcedureConfig* config, const char* name) {
  GtkListStore* offers =
      gimp_int_store_new(_("Sketch"), 100, _("Usual"), 0, _("Thorough"), 1000, nullptr);
  GtkWidget* combo = gimp_prop_int_combo_box_new(G_OBJECT(config), name, GIMP_INT_STORE(offers));
  g_object_unref(offers);
  return combo;
}

void ask_for_folder(GimpProcedureConfig* config, const char* name, GtkWidget* window) {
  GtkWidget* dialog = gtk_file_chooser_dialog_new(
      _("Photos to practise on"), GTK_WINDOW(window), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
      _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Open"), GTK_RESPONSE_ACCEPT, nullptr);
  if (gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT) {
    g_autofree char* folder = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(dialog));
    g_object_set(config, name, folder, nullptr);
  }
  gtk_widget_destroy(dialog);
}

/// A path that can be typed, and a button to choose a folder.
GtkWidget* data_widget(const Dialog& dialog, const char* name) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget* entry = gimp_prop_entry_new(G_OBJECT(dialog.config), name, -1);
  gtk_entry_set_placeholder_text(GTK_ENTRY(entry), _("pictures drawn for it"));
  GtkWidget* button = gtk_button_new_with_label(_("Folder..."));
  gtk_box_pack_start(GTK_BOX(box), entry, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(box), button, FALSE, FALSE, 0);
  on_click(button, box, [config = dialog.config, window = dialog.window, name] {
    ask_for_folder(config, name, window);
  });
  return box;
}

GtkWidget* widget_for(const Dialog& dialog, const pastiche::Param& row) {
  const std::string_view name = row.name;
  if (name == "strokes") return strokes_widget(dialog.config, row.name);
  if (name == "steps") return steps_widget(dialog.config, row.name);
  if (name == "data") return data_widget(dialog, row.name);
  return setting_widget(dialog.config, row);
}

void fill(Dialog& dialog, const Target& target) {
  Form form;
  form.add(_("Learn from"), _("The selected part of the layer"), picture_of(target));
  form.add(_("Name"), _(dialog.subject.name_help), name_widget(dialog));
  form.add(_(dialog.subject.base_label), _(dialog.subject.base_help), dialog.models);
  for (const pastiche::Param& row : rows_of(dialog.subject))
    form.add(_(row.label), _(row.help), widget_for(dialog, row));
  const std::string text = words(_(dialog.subject.note), pastiche::user_models().c_str());
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_pack_start(GTK_BOX(box), form.widget(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), text_label(text.c_str()), FALSE, FALSE, 0);
  gtk_widget_show_all(box);
  gtk_box_pack_start(GTK_BOX(box), dialog.warning, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog.window))), box, TRUE,
                     TRUE, 0);
}

void show_findings(Dialog& dialog, const Findings& found) {
  dialog.known = found;
  std::vector<Offer> offers;
  for (const pastiche::Model& model : found.models)
    if (model.architecture == dialog.subject.base)
      offers.push_back({model.name, title_of(model.name)});
  offer(dialog.models, offers);
  show_name(dialog);
}

void show_problem(Dialog& dialog, const std::string& problem) {
  gtk_label_set_text(GTK_LABEL(dialog.warning), problem.c_str());
  gtk_widget_show(dialog.warning);
}

}  // namespace

std::string default_name(const Subject& subject, const Target& target) {
  std::vector<std::string> names = {name_of(GIMP_ITEM(target.drawable))};
  g_autofree GimpLayer** layers = gimp_image_get_layers(target.image);
  const auto count = gimp_core_object_array_get_length(reinterpret_cast<GObject**>(layers));
  if (GFile* file = gimp_image_get_file(target.image)) {
    g_autofree char* base = g_file_get_basename(file);
    // The only layer of a file that was opened is called "Background", or as the file.
    names.insert(count == 1 ? names.begin() : names.end(), std::filesystem::path(base).stem());
  }
  for (const std::string& name : names)
    if (const std::string fit = model_name_from(name); !fit.empty()) return fit;
  return subject.setting;
}

bool ask_lesson(GimpProcedure* procedure, GimpProcedureConfig* config, const Subject& subject,
                const Target& target) {
  gimp_ui_init("pastiche-gimp");
  GtkWidget* window = gimp_procedure_dialog_new(procedure, config, _(subject.label));
  gimp_procedure_dialog_set_ok_label(GIMP_PROCEDURE_DIALOG(window), _("_Learn"));
  Dialog dialog = {.subject = subject,
                   .config = config,
                   .window = window,
                   .note = text_label(""),
                   .models = text_combo(config, "model", {}),
                   .warning = text_label(""),
                   .default_name = default_name(subject, target)};
  fill(dialog, target);
  show_name(dialog);
  on(config, "notify::name", window, [&dialog] { show_name(dialog); });
  bool ok;
  {
    Finder finder([&dialog](const Findings& found) { show_findings(dialog, found); },
                  [&dialog](const std::string& problem) { show_problem(dialog, problem); });
    bool looked = false;
    on(window, "map-event", window, [&] {
      if (!std::exchange(looked, true)) finder.look("");
    });
    ok = gimp_procedure_dialog_run(GIMP_PROCEDURE_DIALOG(window));
    gtk_widget_hide(window);
  }
  if (ok) g_object_set(config, "name", chosen_name(dialog).c_str(), nullptr);
  gtk_widget_destroy(window);
  return ok;
}
