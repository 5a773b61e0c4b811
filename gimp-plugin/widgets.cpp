#include "widgets.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <memory>

#include "words.hpp"

namespace {

using Act = std::function<void()>;

constexpr int button_text_top = 8;  // px, above the words in a button or an entry
constexpr const char* unoffered = "pastiche-unoffered";  // set when the last row is such

void act(Act* what) { (*what)(); }
gboolean act_once(Act* what) {
  (*what)();
  return G_SOURCE_REMOVE;
}
void forget(gpointer what, GClosure*) { delete static_cast<Act*>(what); }

/// Adds what is not offered, such as a blend of styles, as the last row, in
/// place of the last one added so.
void add_unoffered(GtkComboBox* combo, const std::string& value) {
  auto* text = GTK_COMBO_BOX_TEXT(combo);
  GtkTreeModel* rows = gtk_combo_box_get_model(combo);
  if (g_object_get_data(G_OBJECT(combo), unoffered))
    gtk_combo_box_text_remove(text, gtk_tree_model_iter_n_children(rows, nullptr) - 1);
  const bool name = value.find_first_of(",:/") == std::string::npos;
  gtk_combo_box_text_append(text, value.c_str(), (name ? title_of(value) : value).c_str());
  g_object_set_data(G_OBJECT(combo), unoffered, combo);
}

void select_value(GtkComboBox* combo, const std::string& value) {
  if (gtk_combo_box_set_active_id(combo, value.c_str())) return;
  add_unoffered(combo, value);
  gtk_combo_box_set_active_id(combo, value.c_str());
}

int digits_of(const pastiche::Param& param) {
  if (param.max < 1) return 4;
  return param.max == 1 ? 2 : 3;
}

GtkWidget* number_widget(GimpProcedureConfig* config, const pastiche::Param& param) {
  const bool whole = std::holds_alternative<int>(param.initial);
  const bool share = !whole && param.min == 0 && param.max == 1;
  const double step = whole ? 1 : share ? 0.01 : 0.1;
  const int digits = whole ? 0 : digits_of(param);
  GtkWidget* spin =
      gimp_prop_spin_button_new(G_OBJECT(config), param.name, step, 10 * step, digits);
  gtk_entry_set_width_chars(GTK_ENTRY(spin), 8);
  if (!share) {
    gtk_widget_set_halign(spin, GTK_ALIGN_START);
    return spin;
  }
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget* slider = gimp_prop_hscale_new(G_OBJECT(config), param.name, step, 10 * step, digits);
  gtk_scale_set_draw_value(GTK_SCALE(slider), FALSE);
  gtk_box_pack_start(GTK_BOX(box), slider, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(box), spin, FALSE, FALSE, 0);
  return box;
}

/// Names for screen readers, of the widget and of a slider's two parts.
void describe(GtkWidget* widget, gpointer label) {
  // A button or a label within a widget says itself what it is.
  if ((GTK_IS_BUTTON(widget) && !GTK_IS_CHECK_BUTTON(widget)) || GTK_IS_LABEL(widget)) return;
  atk_object_set_name(gtk_widget_get_accessible(widget), static_cast<const char*>(label));
  if (GTK_IS_BOX(widget)) gtk_container_foreach(GTK_CONTAINER(widget), describe, label);
}

}  // namespace

void on(gpointer source, const char* signal, gpointer owner, std::function<void()> what) {
  GClosure* closure = g_cclosure_new_swap(G_CALLBACK(act), new Act(std::move(what)), forget);
  g_object_watch_closure(G_OBJECT(owner), closure);
  g_signal_connect_closure(source, signal, closure, FALSE);
}

void on_click(GtkWidget* button, GtkWidget* owner, std::function<void()> what) {
  on(button, "clicked", owner, [=] {
    GClosure* closure = g_cclosure_new_swap(G_CALLBACK(act_once), new Act(what), forget);
    g_object_watch_closure(G_OBJECT(owner), closure);
    GSource* soon = g_idle_source_new();
    g_source_set_closure(soon, closure);
    g_source_attach(soon, nullptr);
    g_source_unref(soon);
  });
}

std::string text_of(GimpProcedureConfig* config, const std::string& name) {
  g_autofree char* text = nullptr;
  g_object_get(config, name.c_str(), &text, nullptr);
  return text ? text : "";
}

int fitting_height(int least, int most) {
  constexpr double small = 700, large = 1000;  // px
  GdkRectangle area;
  gdk_monitor_get_workarea(gdk_display_get_monitor(gdk_display_get_default(), 0), &area);
  const double share = std::clamp((area.height - small) / (large - small), 0.0, 1.0);
  return least + int(share * (most - least));
}

GtkWidget* text_label(const char* text) {
  GtkWidget* label = gtk_label_new(text);
  gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 50);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  return label;
}

GtkWidget* text_combo(GimpProcedureConfig* config, const std::string& name,
                      const std::vector<Offer>& offers) {
  GtkWidget* combo = gtk_combo_box_text_new();
  offer(combo, offers);
  select_value(GTK_COMBO_BOX(combo), text_of(config, name));
  on(config, ("notify::" + name).c_str(), combo,
     [=] { select_value(GTK_COMBO_BOX(combo), text_of(config, name)); });
  on(combo, "changed", combo, [=] {
    const char* chosen = gtk_combo_box_get_active_id(GTK_COMBO_BOX(combo));
    if (chosen && text_of(config, name) != chosen)
      g_object_set(config, name.c_str(), chosen, nullptr);
  });
  return combo;
}

void offer(GtkWidget* combo, const std::vector<Offer>& offers) {
  const char* chosen = gtk_combo_box_get_active_id(GTK_COMBO_BOX(combo));
  const std::string kept = chosen ? chosen : "";
  auto* text = GTK_COMBO_BOX_TEXT(combo);
  gtk_combo_box_text_remove_all(text);
  g_object_set_data(G_OBJECT(combo), unoffered, nullptr);
  for (const auto& [value, label] : offers)
    gtk_combo_box_text_append(text, value.c_str(), label.c_str());
  if (chosen) select_value(GTK_COMBO_BOX(combo), kept);
}

GtkWidget* setting_widget(GimpProcedureConfig* config, const pastiche::Param& param) {
  if (std::holds_alternative<bool>(param.initial))
    return gimp_prop_check_button_new(G_OBJECT(config), param.name, _(param.label));
  if (!std::holds_alternative<std::string>(param.initial)) return number_widget(config, param);
  if (param.choices.empty()) return gimp_prop_entry_new(G_OBJECT(config), param.name, -1);
  std::vector<Offer> offers;
  for (const char* choice : param.choices)
    offers.push_back({choice, choice_label(param.name, choice)});
  return text_combo(config, param.name, offers);
}

Form::Form() : grid_(gtk_grid_new()) {
  gtk_grid_set_row_spacing(GTK_GRID(grid_), 6);
  gtk_grid_set_column_spacing(GTK_GRID(grid_), 12);
}

void Form::add(const std::string& label, const std::string& help, GtkWidget* widget) {
  describe(widget, const_cast<char*>(label.c_str()));
  gtk_widget_set_tooltip_text(widget, help.c_str());
  gtk_widget_set_hexpand(widget, TRUE);
  if (!GTK_IS_CHECK_BUTTON(widget)) {
    GtkWidget* text = gtk_label_new(words(_("%s:"), label.c_str()).c_str());
    gtk_label_set_xalign(GTK_LABEL(text), 0);
    // Beside several widgets on top of each other, beside the first.
    if (GTK_IS_BOX(widget) &&
        gtk_orientable_get_orientation(GTK_ORIENTABLE(widget)) == GTK_ORIENTATION_VERTICAL) {
      gtk_widget_set_valign(text, GTK_ALIGN_START);
      gtk_widget_set_margin_top(text, button_text_top);
    }
    gtk_widget_set_tooltip_text(text, help.c_str());
    gtk_label_set_mnemonic_widget(GTK_LABEL(text), widget);
    gtk_grid_attach(GTK_GRID(grid_), text, 0, rows_, 1, 1);
  }
  gtk_grid_attach(GTK_GRID(grid_), widget, 1, rows_++, 1, 1);
}
