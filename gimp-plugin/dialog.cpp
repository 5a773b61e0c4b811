#include "dialog.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimpui.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <thread>

#include "output.hpp"
#include "pastiche/models.hpp"
#include "picture_chooser.hpp"
#include "pictures.hpp"
#include "procedure.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;
using pastiche::Input;
using pastiche::Model;
using pastiche::Param;

/// Settings seen at once, of any filter; the others are under "More settings".
constexpr std::string_view upfront[] = {"model",        "style",       "strength",
                                        "size",         "steps",       "content-weight",
                                        "style-weight", "style-scale", "colour"};

constexpr int more_height = 300;  // px of "More settings" seen at once

/// Settings that name a model, and of which kind.
constexpr struct {
  std::string_view setting;
  std::string_view architecture;
} model_settings[] = {{"model", "transformer"}, {"encoder", "encoder"}};

/// What the thread finds out while the dialog is on the screen.
struct Findings {
  std::vector<Model> models;
  std::string problem;  ///< why nothing can be computed; "" when all is well
};

struct Dialog {
  GimpProcedureConfig* config;
  const Filter& filter;
  GtkWidget* window;
  GtkWidget* warning;
  GtkWidget* models = nullptr;  ///< the combo boxes of model_settings and of "style"
  GtkWidget* styles = nullptr;
  std::string_view architecture = {};
  std::vector<Model> known = {};
  std::thread finder = {};
};

std::string models_folder(const Dialog& dialog) {
  const auto has = [](const Param& p) { return std::string_view(p.name) == "models"; };
  return std::ranges::any_of(dialog.filter.params, has) ? text_of(dialog.config, "models") : "";
}

void offer_styles(Dialog& dialog) {
  if (!dialog.styles) return;
  const std::string chosen = text_of(dialog.config, "model");
  std::vector<Offer> offers;
  for (const Model& model : dialog.known)
    if (model.name == chosen)
      for (const std::string& style : model.styles)
        offers.push_back({offers.empty() ? "" : style, title_of(style)});
  if (!offers.empty()) offer(dialog.styles, offers);
}

void show_findings(Dialog& dialog, const Findings& found) {
  dialog.known = found.models;
  std::vector<Offer> offers;
  for (const Model& model : found.models)
    if (model.architecture == dialog.architecture)
      offers.push_back({model.name, title_of(model.name)});
  if (dialog.models) offer(dialog.models, offers);
  offer_styles(dialog);
  if (found.problem.empty()) return;
  gtk_label_set_text(GTK_LABEL(dialog.warning), found.problem.c_str());
  gtk_widget_show(dialog.warning);
}

/// Runs `act` on the main thread soon.
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

/// Lists the models and opens the computing library. Not before the dialog is
/// mapped: dlopen would hold the lock that GTK's own loading needs.
Findings find_out(const std::string& folder) {
  Findings found;
  try {
    found.models = pastiche::list_models(folder);
    pastiche::preload();
  } catch (const std::exception& e) {
    found.problem = e.what();
  }
  return found;
}

void start_finding(Dialog& dialog, std::shared_ptr<bool> alive) {
  if (dialog.finder.joinable()) return;
  dialog.finder = std::thread([&dialog, alive, folder = models_folder(dialog)] {
    auto found = std::make_shared<Findings>(find_out(folder));
    later([&dialog, alive, found] {
      if (*alive) show_findings(dialog, *found);
    });
  });
}

/// A number and a button that takes another one at random.
GtkWidget* seed_widget(GimpProcedureConfig* config, const Param& param) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_pack_start(GTK_BOX(box), setting_widget(config, param), FALSE, FALSE, 0);
  GtkWidget* another = gtk_button_new_with_label(_("Another"));
  gtk_box_pack_start(GTK_BOX(box), another, FALSE, FALSE, 0);
  on(another, "clicked", box, [config, &param] {
    g_object_set(config, param.name, g_random_int_range(0, int(param.max)), nullptr);
  });
  return box;
}

GtkWidget* widget_for(Dialog& dialog, const Param& param) {
  const std::string_view name = param.name;
  for (const auto& known : model_settings)
    if (name == known.setting) {
      dialog.architecture = known.architecture;
      return dialog.models = text_combo(dialog.config, param.name, {});
    }
  if (name == "seed") return seed_widget(dialog.config, param);
  if (name == "style") return dialog.styles = text_combo(dialog.config, param.name, {});
  return setting_widget(dialog.config, param);
}

void add_setting(Dialog& dialog, Form& form, const Param& param) {
  form.add(_(param.label), _(param.help), widget_for(dialog, param));
}

void add_output(Dialog& dialog, Form& form) {
  std::vector<Offer> offers;
  for (const char* output : outputs) offers.push_back({output, choice_label("output", output)});
  form.add(_("Result in"), _("Where the result goes."),
           text_combo(dialog.config, "output", offers));
}

void add_picture(Dialog& dialog, Form& form, const Input& input) {
  form.add(_(input.label), _(input.help), picture_chooser(dialog.config, input));
}

GtkWidget* main_settings(Dialog& dialog) {
  Form form;
  for (const Input& input : dialog.filter.inputs)
    if (is_extra(dialog.filter, input) && input.min > 0) add_picture(dialog, form, input);
  for (const Param& param : dialog.filter.params)
    if (std::ranges::count(upfront, param.name)) add_setting(dialog, form, param);
  add_output(dialog, form);
  return form.widget();
}

GtkWidget* more_settings(Dialog& dialog) {
  Form form;
  for (const Input& input : dialog.filter.inputs)
    if (is_extra(dialog.filter, input) && input.min == 0) add_picture(dialog, form, input);
  for (const Param& param : dialog.filter.params)
    if (!std::ranges::count(upfront, param.name)) add_setting(dialog, form, param);
  if (dialog.styles)
    form.add(_("Blend of styles"), _("Several styles with weights: starry-night:2,great-wave:1"),
             gimp_prop_entry_new(G_OBJECT(dialog.config), "style", -1));

  GtkWidget* expander = gtk_expander_new(_("More settings"));
  GtkWidget* scrolled = gtk_scrolled_window_new(nullptr, nullptr);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_widget_show_all(form.widget());
  int height;
  gtk_widget_get_preferred_height(form.widget(), nullptr, &height);
  gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled),
                                             std::min(height, more_height));
  gtk_container_add(GTK_CONTAINER(scrolled), form.widget());
  gtk_container_add(GTK_CONTAINER(expander), scrolled);
  return expander;
}

void fill(Dialog& dialog) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_pack_start(GTK_BOX(box), main_settings(dialog), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), more_settings(dialog), FALSE, FALSE, 0);
  gtk_widget_show_all(box);
  gtk_label_set_line_wrap(GTK_LABEL(dialog.warning), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(dialog.warning), 60);
  gtk_box_pack_start(GTK_BOX(box), dialog.warning, FALSE, FALSE, 0);
  GtkWidget* area = gtk_dialog_get_content_area(GTK_DIALOG(dialog.window));
  gtk_box_pack_start(GTK_BOX(area), box, TRUE, TRUE, 0);
}

}  // namespace

bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const Filter& filter) {
  gimp_ui_init("pastiche-gimp");
  GtkWidget* window = gimp_procedure_dialog_new(procedure, config, _(filter.label));
  Dialog dialog{.config = config, .filter = filter, .window = window, .warning = gtk_label_new("")};
  fill(dialog);
  if (dialog.styles) on(config, "notify::model", window, [&dialog] { offer_styles(dialog); });
  const auto alive = std::make_shared<bool>(true);
  on(window, "map-event", window, [&dialog, alive] { start_finding(dialog, alive); });

  const bool ok = gimp_procedure_dialog_run(GIMP_PROCEDURE_DIALOG(window));
  gtk_widget_hide(window);
  *alive = false;
  if (dialog.finder.joinable()) dialog.finder.join();
  gtk_widget_destroy(window);
  return ok;
}
