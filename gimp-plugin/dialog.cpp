#include "dialog.hpp"

#include <glib/gi18n-lib.h>
#include <libgimp/gimpui.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "estimate.hpp"
#include "findings.hpp"
#include "output.hpp"
#include "own_style.hpp"
#include "picture_chooser.hpp"
#include "pictures.hpp"
#include "procedure.hpp"
#include "rows.hpp"
#include "seed_sheet.hpp"
#include "style_chooser.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;
using pastiche::Input;
using pastiche::Param;

constexpr int most_random = 1'000'000;            // seeds that one can read and type
constexpr int least_more = 100, most_more = 300;  // px of "More settings" seen at once

struct Dialog {
  GimpProcedure* procedure;
  GimpProcedureConfig* config;
  const Filter& filter;
  GtkWidget* window;
  GtkWidget* warning;
  std::function<pastiche::Image()> layer;  ///< the selected one, small
  pastiche::Params rows = {};
  GtkWidget* models = nullptr;  ///< the combo box of model_settings
  GtkWidget* classes = nullptr;
  std::vector<GtkWidget*> rebuilding = {};  ///< what only models that rebuild pictures take
  std::unique_ptr<StyleChooser> styles = {};
  std::unique_ptr<SeedSheet> sheet = {};
  std::unique_ptr<Estimate> estimate = {};
  Findings known = {};
  std::unique_ptr<Finder> finder = {};
};

void look(Dialog& dialog) {
  const auto has = [](const Param& p) { return std::string_view(p.name) == "models"; };
  const bool any = std::ranges::any_of(dialog.filter.params, has);
  dialog.finder->look(any ? text_of(dialog.config, "models") : "");
}

void offer_classes(Dialog& dialog, const std::vector<std::string>& classes) {
  std::vector<Offer> offers = {{"", _("Any")}};
  for (const std::string& name : classes) offers.push_back({name, title_of(name)});
  offer(dialog.classes, offers);
  gtk_widget_set_sensitive(dialog.classes, !classes.empty());
  if (!std::ranges::count(classes, text_of(dialog.config, "class")))
    g_object_set(dialog.config, "class", "", nullptr);
}

/// Offers what the chosen model has. Nothing is known of a file's.
void follow_model(Dialog& dialog) {
  if (!dialog.styles && !dialog.classes) return;
  const std::string name = text_of(dialog.config, "model");
  const auto styles = dialog.known.styles.find(name);
  if (dialog.styles && styles != dialog.known.styles.end()) dialog.styles->offer(styles->second);
  const auto model = std::ranges::find(dialog.known.models, name, &pastiche::Model::name);
  if (model == dialog.known.models.end()) return;
  if (dialog.classes) offer_classes(dialog, model->classes);
  for (GtkWidget* widget : dialog.rebuilding) gtk_widget_set_sensitive(widget, model->rebuilds);
  if (!dialog.rebuilding.empty() && !model->rebuilds)
    g_object_set(dialog.config, from_layer, FALSE, nullptr);
}

/// A model that is not there, as before any is installed, makes room for the first that is.
void choose_offered(Dialog& dialog, const std::vector<Offer>& offers) {
  const std::string name = text_of(dialog.config, "model");
  if (!offers.empty() && name.find('/') == name.npos &&
      !std::ranges::count(offers, name, &Offer::value))
    g_object_set(dialog.config, "model", offers.front().value.c_str(), nullptr);
}

void show_findings(Dialog& dialog, const Findings& found) {
  dialog.known = found;
  std::vector<Offer> offers;
  for (const pastiche::Model& model : found.models)
    if (is_offered(dialog.filter, model)) offers.push_back({model.name, title_of(model.name)});
  if (makes_pictures(dialog.filter)) choose_offered(dialog, offers);
  if (dialog.models) offer(dialog.models, offers);
  follow_model(dialog);
  if (dialog.sheet) dialog.sheet->start();
}

void show_problem(Dialog& dialog, const std::string& problem) {
  gtk_label_set_text(GTK_LABEL(dialog.warning), problem.c_str());
  gtk_widget_show(dialog.warning);
}

/// A number and a button that takes another one at random.
GtkWidget* seed_widget(GimpProcedureConfig* config, const Param& param) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_pack_start(GTK_BOX(box), setting_widget(config, param), FALSE, FALSE, 0);
  GtkWidget* another = gtk_button_new_with_label(_("Randomise"));
  gtk_box_pack_start(GTK_BOX(box), another, FALSE, FALSE, 0);
  on(another, "clicked", box, [config, &param] {
    g_object_set(config, param.name, g_random_int_range(0, most_random), nullptr);
  });
  return box;
}

/// Samples to choose from, above the number.
GtkWidget* sheet_widget(Dialog& dialog, const Param& param) {
  dialog.sheet = std::make_unique<SeedSheet>(dialog.filter, dialog.config, [&dialog] {
    gboolean from = FALSE;
    if (can_take_layer(dialog.procedure, dialog.filter))
      g_object_get(dialog.config, from_layer, &from, nullptr);
    if (!from) return pastiche::Pictures();
    return pastiche::Pictures{{dialog.filter.inputs.front().name, {dialog.layer()}}};
  });
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_pack_start(GTK_BOX(box), dialog.sheet->widget(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), seed_widget(dialog.config, param), FALSE, FALSE, 0);
  return box;
}

GtkWidget* style_widget(Dialog& dialog, const Param& param) {
  const bool sheet = sheet_count(dialog.filter) > 0;  // needs its room
  const Look small = {.side = 72, .columns = 6, .height = 200};
  dialog.styles = std::make_unique<StyleChooser>(
      dialog.config, param.name, [&dialog] { look(dialog); }, sheet ? small : Look());
  return dialog.styles->widget();
}

GtkWidget* widget_for(Dialog& dialog, const Param& param) {
  const std::string_view name = param.name;
  if (names_model(dialog.filter, name))
    return dialog.models = text_combo(dialog.config, param.name, {});
  if (name == "class") return dialog.classes = text_combo(dialog.config, param.name, {});
  if (name == "seed" && sheet_count(dialog.filter) > 0) return sheet_widget(dialog, param);
  if (name == "seed") return seed_widget(dialog.config, param);
  if (name == "style" || name == "texture") return style_widget(dialog, param);
  return setting_widget(dialog.config, param);
}

void add_setting(Dialog& dialog, Form& form, const Param& param) {
  const bool rebuilds = param.name == std::string_view("vary");
  if (rebuilds && !can_take_layer(dialog.procedure, dialog.filter)) return;
  if (rebuilds) {
    const char* label = _("Rebuild and vary the selected layer");
    dialog.rebuilding.push_back(
        gimp_prop_check_button_new(G_OBJECT(dialog.config), from_layer, label));
    form.add(label, _("With a model that can (VAE)."), dialog.rebuilding.back());
  }
  GtkWidget* widget = widget_for(dialog, param);
  form.add(_(param.label), _(param.help), widget);
  if (rebuilds) dialog.rebuilding.push_back(widget);
}

void add_output(Dialog& dialog, Form& form) {
  std::vector<Offer> offers;
  const char* kind = makes_pictures(dialog.filter) ? "made" : "output";
  for (const char* output : outputs_of(dialog.filter))
    offers.push_back({output, choice_label(kind, output)});
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
  for (const Param& param : dialog.rows)
    if (is_upfront(dialog.filter, param)) add_setting(dialog, form, param);
  if (GIMP_IS_IMAGE_PROCEDURE(dialog.procedure)) add_output(dialog, form);
  return form.widget();
}

GtkWidget* more_settings(Dialog& dialog) {
  Form form;
  for (const Input& input : dialog.filter.inputs)
    if (is_extra(dialog.filter, input) && input.min == 0) add_picture(dialog, form, input);
  for (const Param& param : dialog.rows)
    if (!is_upfront(dialog.filter, param)) add_setting(dialog, form, param);
  if (dialog.styles)
    form.add(_("Blend"), _("Several with weights: starry-night:2,great-wave:1"),
             gimp_prop_entry_new(G_OBJECT(dialog.config), dialog.styles->setting(), -1));

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

/// What OK would run now; nothing when a picture's size is not known.
std::optional<Estimate::Call> call_as_set(const Dialog& dialog, const GeglRectangle& area) {
  std::optional<pastiche::Sizes> sizes = picture_sizes(dialog.filter, dialog.config);
  if (!sizes) return std::nullopt;
  gboolean from = FALSE;
  if (can_take_layer(dialog.procedure, dialog.filter))
    g_object_get(dialog.config, from_layer, &from, nullptr);
  if (from || !makes_pictures(dialog.filter))
    (*sizes)[dialog.filter.inputs.front().name] = {{area.width, area.height}};
  const bool fills = makes_pictures(dialog.filter) && area.width > 0;
  return Estimate::Call{std::move(*sizes),
                        read_settings(dialog.filter, dialog.config, fills ? &area : nullptr)};
}

void fill(Dialog& dialog) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_pack_start(GTK_BOX(box), main_settings(dialog), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), more_settings(dialog), FALSE, FALSE, 0);
  gtk_widget_show_all(box);
  gtk_box_pack_start(GTK_BOX(box), dialog.estimate->widget(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), dialog.warning, FALSE, FALSE, 0);
  GtkWidget* area = gtk_dialog_get_content_area(GTK_DIALOG(dialog.window));
  gtk_box_pack_start(GTK_BOX(area), box, TRUE, TRUE, 0);
}

}  // namespace

bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const Filter& filter,
         const GeglRectangle& area, std::function<pastiche::Image()> layer) {
  gimp_ui_init("pastiche-gimp");
  GtkWidget* window = gimp_procedure_dialog_new(procedure, config, _(filter.label));
  Dialog dialog{.procedure = procedure,
                .config = config,
                .filter = filter,
                .window = window,
                .warning = text_label(""),
                .layer = std::move(layer),
                .rows = rows_in_order(procedure, filter)};
  dialog.estimate = std::make_unique<Estimate>(
      filter, config, [&dialog, area] { return call_as_set(dialog, area); });
  fill(dialog);
  dialog.finder = std::make_unique<Finder>(
      [&dialog](const Findings& found) { show_findings(dialog, found); },
      [&dialog](const std::string& problem) { show_problem(dialog, problem); });
  if (dialog.styles) choose_learnt(filter.name, config, dialog.styles->setting());
  if (dialog.models)
    on(config, "notify::model", window, [&dialog] {
      follow_model(dialog);
      if (dialog.styles) dialog.styles->drop_unoffered();
    });
  bool looked = false;
  on(window, "map-event", window, [&] {
    if (std::exchange(looked, true)) return;
    look(dialog);
    dialog.estimate->start();
  });

  const bool ok = gimp_procedure_dialog_run(GIMP_PROCEDURE_DIALOG(window));
  gtk_widget_hide(window);
  dialog.finder.reset();
  dialog.estimate.reset();
  gtk_widget_destroy(window);
  return ok;
}
