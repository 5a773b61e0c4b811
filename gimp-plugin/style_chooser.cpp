#include "style_chooser.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "own_style.hpp"
#include "pastiche/error.hpp"
#include "thumbnail.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using pastiche::OfferedStyle;
using pastiche::Weighted;

constexpr double most_weight = 3;  // of a slider, unless the text has more
constexpr double weight_step = 0.1;

GtkWidget* small_button(GtkWidget* row, const char* label, const char* help) {
  GtkWidget* button = gtk_button_new_with_label(label);
  gtk_widget_set_tooltip_text(button, help);
  gtk_widget_set_no_show_all(button, TRUE);
  gtk_box_pack_end(GTK_BOX(row), button, FALSE, FALSE, 0);
  return button;
}

GtkWidget* weight_slider(const Weighted& style) {
  GtkWidget* slider = gtk_scale_new_with_range(
      GTK_ORIENTATION_HORIZONTAL, 0, std::max(most_weight, 2 * style.weight), weight_step);
  gtk_scale_set_value_pos(GTK_SCALE(slider), GTK_POS_RIGHT);
  gtk_range_set_value(GTK_RANGE(slider), style.weight);
  return slider;
}

std::vector<std::string> names_of(const std::vector<Weighted>& list) {
  std::vector<std::string> names;
  for (const Weighted& style : list) names.push_back(style.name);
  return names;
}

}  // namespace

StyleChooser::StyleChooser(GimpProcedureConfig* config, const char* setting,
                           std::function<void()> altered, const Look& look)
    : config_(config),
      setting_(setting),
      altered_(std::move(altered)),
      gallery_([this] { take_choice(); }, look),
      box_(gtk_box_new(GTK_ORIENTATION_VERTICAL, 6)),
      note_(text_label("")),
      weights_(gtk_box_new(GTK_ORIENTATION_VERTICAL, 0)) {
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_pack_start(GTK_BOX(row), note_, TRUE, TRUE, 0);
  remove_ = small_button(row, _("Remove..."), _("Delete this one, which you learnt"));
  rename_ = small_button(row, _("Rename..."), _("Give this one, which you learnt, another name"));
  on_click(rename_, box_, [this] { rename_choice(); });
  on_click(remove_, box_, [this] { remove_choice(); });
  for (GtkWidget* part : {gallery_.widget(), row, weights_})
    gtk_box_pack_start(GTK_BOX(box_), part, FALSE, FALSE, 0);
  on(config, (std::string("notify::") + setting).c_str(), box_, [this] { show_choice(); });
  show_choice();
}

void StyleChooser::offer(std::vector<OfferedStyle> styles) {
  styles_ = std::move(styles);
  std::vector<Tile> tiles;
  for (const OfferedStyle& style : styles_) {
    const std::string title = title_of(style.name);
    const std::string help = style.own ? words(_("%s, which you learnt"), title.c_str()) : title;
    tiles.push_back({style.name, title, help, thumbnail_of(style)});
  }
  gallery_.show(tiles);
  show_choice();
}

void StyleChooser::drop_unoffered() {
  const auto missing = [this](const Weighted& style) { return !offered(style.name); };
  if (!styles_.empty() && std::ranges::any_of(choice_, missing))
    g_object_set(config_, setting_, "", nullptr);
}

const OfferedStyle* StyleChooser::offered(const std::string& name) const {
  const auto found = std::ranges::find(styles_, name, &OfferedStyle::name);
  return found == styles_.end() ? nullptr : &*found;
}

/// The chosen style, when it is one and the user's own.
const OfferedStyle* StyleChooser::own_choice() const {
  const OfferedStyle* style = choice_.size() == 1 ? offered(choice_[0].name) : nullptr;
  return style && style->own ? style : nullptr;
}

void StyleChooser::show_choice() {
  try {
    choice_ = pastiche::parse_weighted(text_of(config_, setting_), setting_);
  } catch (const pastiche::Error&) {
    return;  // half typed
  }
  if (choice_.empty() && !styles_.empty()) choice_ = {{styles_.front().name}};
  gallery_.choose(names_of(choice_));
  show_weights();
  show_buttons();
}

void StyleChooser::take_choice() {
  std::vector<Weighted> taken;
  for (const std::string& name : gallery_.chosen()) {
    const auto before = std::ranges::find(choice_, name, &Weighted::name);
    taken.push_back(before == choice_.end() ? Weighted{name} : *before);
  }
  if (taken.size() == 1) taken[0].weight = 1;
  g_object_set(config_, setting_, pastiche::print_weighted(taken).c_str(), nullptr);
}

void StyleChooser::show_weights() {
  const std::vector<std::string> names =
      choice_.size() > 1 ? names_of(choice_) : std::vector<std::string>();
  if (names == weighted_) {
    for (std::size_t i = 0; i < sliders_.size(); ++i)
      gtk_range_set_value(GTK_RANGE(sliders_[i]), choice_[i].weight);
    return;
  }
  weighted_ = names;
  sliders_.clear();
  gtk_container_foreach(
      GTK_CONTAINER(weights_), [](GtkWidget* old, gpointer) { gtk_widget_destroy(old); }, nullptr);
  Form form;
  for (std::size_t i = 0; i < names.size(); ++i) {
    GtkWidget* slider = weight_slider(choice_[i]);
    sliders_.push_back(slider);
    form.add(title_of(names[i]), _("The weight of this one in the blend"), slider);
    on(slider, "value-changed", slider, [this, i, slider] {
      choice_[i].weight = gtk_range_get_value(GTK_RANGE(slider));
      g_object_set(config_, setting_, pastiche::print_weighted(choice_).c_str(), nullptr);
    });
  }
  gtk_box_pack_start(GTK_BOX(weights_), form.widget(), FALSE, FALSE, 0);
  gtk_widget_show_all(weights_);
}

void StyleChooser::show_buttons() {
  const bool own = std::ranges::any_of(styles_, &OfferedStyle::own);
  for (GtkWidget* button : {rename_, remove_}) {
    gtk_widget_set_visible(button, own);
    gtk_widget_set_sensitive(button, own_choice() != nullptr);
  }
  const auto missing = [this](const Weighted& style) { return !offered(style.name); };
  const auto lost = std::ranges::find_if(choice_, missing);
  gtk_label_set_text(
      GTK_LABEL(note_),
      styles_.empty() || lost == choice_.end()
          ? _("Ctrl+click takes a further one.")
          : words(_("This model has no \"%s\": choose another."), lost->name.c_str()).c_str());
}

void StyleChooser::rename_choice() {
  const OfferedStyle* style = own_choice();
  if (!style) return;
  const bool holds = text_of(config_, "model") == style->model;  // as a texture's own file does
  const auto renamed = rename_own(gtk_widget_get_toplevel(box_), *style);
  if (!renamed) return;
  if (holds) g_object_set(config_, "model", renamed->name.c_str(), nullptr);
  const bool single = renamed->styles.size() == 1;
  g_object_set(config_, setting_, (single ? renamed->styles.front() : style->name).c_str(),
               nullptr);
  altered_();
}

void StyleChooser::remove_choice() {
  const OfferedStyle* style = own_choice();
  if (!style || !remove_own(gtk_widget_get_toplevel(box_), *style)) return;
  g_object_set(config_, setting_, "", nullptr);
  altered_();
}
