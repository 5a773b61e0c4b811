#include "dialog.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimpui.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "findings.hpp"
#include "output.hpp"
#include "own_style.hpp"
#include "picture_chooser.hpp"
#include "pictures.hpp"
#include "procedure.hpp"
#include "style_chooser.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;
using pastiche::Input;
using pastiche::Param;

/// Settings seen at once, of any filter; the others are under "More settings".
constexpr std::string_view upfront[] = {"model",          "style",        "stroke-size", "strength",
                                        "passes",         "statistics",   "size",        "steps",
                                        "content-weight", "style-weight", "style-scale", "colour"};

constexpr int least_more = 100, most_more = 300;  // px of "More settings" seen at once

/// Settings that name a model: of which filter, and of which kind.
constexpr struct {
  std::string_view filter;
  std::string_view setting;
  std::string_view architecture;
} model_settings[] = {{"fast-style", "model", "transformer"},
                      {"style-from-image", "model", "style-decoder"},
                      {"gatys", "encoder", "encoder"}};

struct Dialog {
  GimpProcedure* procedure;
  GimpProcedureConfig* config;
  const Filter& filter;
  GtkWidget* window;
  GtkWidget* warning;
  GtkWidget* models = nullptr;  ///< the combo box of model_settings
  std::string_view architecture = {};
  std::unique_ptr<StyleChooser> styles = {};
  Findings known = {};
  std::unique_ptr<Finder> finder = {};
};

void look(Dialog& dialog) {
  const auto has = [](const Param& p) { return std::string_view(p.name) == "models"; };
  const bool any = std::ranges::any_of(dialog.filter.params, has);
  dialog.finder->look(any ? text_of(dialog.config, "models") : "");
}

void offer_styles(Dialog& dialog) {
  const auto found = dialog.known.styles.find(text_of(dialog.config, "model"));
  if (found != dialog.known.styles.end()) dialog.styles->offer(found->second);
}

void show_findings(Dialog& dialog, const Findings& found) {
  dialog.known = found;
  std::vector<Offer> offers;
  for (const pastiche::Model& model : found.models)
    if (model.architecture == dialog.architecture)
      offers.push_back({model.name, title_of(model.name)});
  if (dialog.models) offer(dialog.models, offers);
  if (dialog.styles) offer_styles(dialog);
}

void show_problem(Dialog& dialog, const std::string& problem) {
  gtk_label_set_text(GTK_LABEL(dialog.warning), problem.c_str());
  gtk_widget_show(dialog.warning);
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
    if (known.filter == dialog.filter.name && known.setting == name) {
      dialog.architecture = known.architecture;
      return dialog.models = text_combo(dialog.config, param.name, {});
    }
  if (name == "seed") return seed_widget(dialog.config, param);
  if (name == "style") {
    dialog.styles = std::make_unique<StyleChooser>(dialog.config, [&dialog] { look(dialog); });
    return dialog.styles->widget();
  }
  return setting_widget(dialog.config, param);
}

void add_setting(Dialog& dialog, Form& form, const Param& param) {
  form.add(_(param.label), _(param.help), widget_for(dialog, param));
}

void add_output(Dialog& dialog, Form& form) {
  std::vector<Offer> offers;
  for (const char* output : outputs_of(dialog.filter))
    offers.push_back({output, choice_label("output", output)});
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
  if (GIMP_IS_IMAGE_PROCEDURE(dialog.procedure)) add_output(dialog, form);
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
  gtk_scrolled_window_set_min_content_height(
      GTK_SCROLLED_WINDOW(scrolled), std::min(height, fitting_height(least_more, most_more)));
  gtk_container_add(GTK_CONTAINER(scrolled), form.widget());
  gtk_container_add(GTK_CONTAINER(expander), scrolled);
  return expander;
}

void fill(Dialog& dialog) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_pack_start(GTK_BOX(box), main_settings(dialog), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), more_settings(dialog), FALSE, FALSE, 0);
  gtk_widget_show_all(box);
  gtk_box_pack_start(GTK_BOX(box), dialog.warning, FALSE, FALSE, 0);
  GtkWidget* area = gtk_dialog_get_content_area(GTK_DIALOG(dialog.window));
  gtk_box_pack_start(GTK_BOX(area), box, TRUE, TRUE, 0);
}

}  // namespace

bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const Filter& filter) {
  gimp_ui_init("pastiche-gimp");
  GtkWidget* window = gimp_procedure_dialog_new(procedure, config, _(filter.label));
  Dialog dialog{.procedure = procedure,
                .config = config,
                .filter = filter,
                .window = window,
                .warning = text_label("")};
  fill(dialog);
  dialog.finder = std::make_unique<Finder>(
      [&dialog](const Findings& found) { show_findings(dialog, found); },
      [&dialog](const std::string& problem) { show_problem(dialog, problem); });
  if (dialog.styles) {
    choose_learnt_style(config);
    on(config, "notify::model", window, [&dialog] {
      offer_styles(dialog);
      dialog.styles->drop_unoffered();
    });
  }
  bool looked = false;
  on(window, "map-event", window, [&] {
    if (!std::exchange(looked, true)) look(dialog);
  });

  const bool ok = gimp_procedure_dialog_run(GIMP_PROCEDURE_DIALOG(window));
  gtk_widget_hide(window);
  dialog.finder.reset();
  gtk_widget_destroy(window);
  return ok;
}
