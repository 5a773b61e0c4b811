#include "gallery.hpp"

#include <algorithm>
#include <utility>

#include "thumbnail.hpp"
#include "widgets.hpp"

namespace {

constexpr int least_height = 150;  // px: one row
constexpr int name_width = 12;     // characters; longer names are in the tooltip

GtkWidget* tile_widget(const Tile& tile, GtkWidget* place, bool named) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_pack_start(GTK_BOX(box), place, FALSE, FALSE, 0);
  if (named) {
    GtkWidget* name = gtk_label_new(tile.title.c_str());
    gtk_label_set_ellipsize(GTK_LABEL(name), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars(GTK_LABEL(name), name_width);
    gtk_box_pack_start(GTK_BOX(box), name, FALSE, FALSE, 0);
  }
  GtkWidget* child = gtk_flow_box_child_new();
  gtk_container_add(GTK_CONTAINER(child), box);
  gtk_widget_set_tooltip_text(child, tile.help.c_str());
  atk_object_set_name(gtk_widget_get_accessible(child), tile.title.c_str());
  return child;
}

/// GTK would choose the tile that Tab comes to, in place of those that are chosen.
gboolean take_focus(GtkWidget* flow, GtkDirectionType direction, gpointer) {
  const bool tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;
  if (!tab || gtk_container_get_focus_child(GTK_CONTAINER(flow))) return FALSE;
  GList* chosen = gtk_flow_box_get_selected_children(GTK_FLOW_BOX(flow));
  gpointer tile = chosen ? chosen->data : gtk_flow_box_get_child_at_index(GTK_FLOW_BOX(flow), 0);
  g_list_free(chosen);
  if (!tile) return FALSE;
  gtk_widget_grab_focus(GTK_WIDGET(tile));
  return TRUE;
}

}  // namespace

Gallery::Gallery(std::function<void()> chosen, const Look& look)
    : look_(look), scrolled_(gtk_scrolled_window_new(nullptr, nullptr)), flow_(gtk_flow_box_new()) {
  auto* flow = GTK_FLOW_BOX(flow_);
  gtk_flow_box_set_selection_mode(flow,
                                  look.several ? GTK_SELECTION_MULTIPLE : GTK_SELECTION_SINGLE);
  gtk_flow_box_set_homogeneous(flow, TRUE);
  gtk_flow_box_set_min_children_per_line(flow, look.columns);
  gtk_flow_box_set_max_children_per_line(flow, look.columns);
  gtk_widget_set_valign(flow_, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled_), GTK_POLICY_NEVER,
                                 look.scrolls ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled_), GTK_SHADOW_IN);
  gtk_scrolled_window_set_overlay_scrolling(GTK_SCROLLED_WINDOW(scrolled_), FALSE);
  if (look.scrolls)
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled_),
                                               fitting_height(least_height, look.height));
  gtk_container_add(GTK_CONTAINER(scrolled_), flow_);
  on(flow_, "selected-children-changed", flow_, [this, chosen] {
    if (!quiet_) chosen();
  });
  g_signal_connect(flow_, "focus", G_CALLBACK(take_focus), nullptr);
  // Tiles that go with their window are no choice.
  on(flow_, "destroy", flow_, [this] {
    quiet_ = true;
    tiles_.clear();
    if (reader_) g_source_remove(std::exchange(reader_, 0));
  });
}

Gallery::~Gallery() {
  if (reader_) g_source_remove(reader_);
}

void Gallery::show(const std::vector<Tile>& tiles) {
  quiet_ = true;
  gtk_container_foreach(
      GTK_CONTAINER(flow_), [](GtkWidget* old, gpointer) { gtk_widget_destroy(old); }, nullptr);
  quiet_ = false;
  tiles_ = tiles;
  places_.clear();
  for (const Tile& tile : tiles) {
    places_.push_back(thumbnail_place(look_.side));
    gtk_flow_box_insert(GTK_FLOW_BOX(flow_), tile_widget(tile, places_.back(), look_.names), -1);
  }
  gtk_widget_show_all(flow_);
  next_ = 0;
  if (reader_) return;
  const auto read = [](gpointer gallery) -> gboolean {
    return static_cast<Gallery*>(gallery)->read_next();
  };
  reader_ = g_idle_add_full(G_PRIORITY_LOW, read, this, nullptr);
}

bool Gallery::read_next() {
  if (next_ < tiles_.size()) {
    const Tile& tile = tiles_[next_];
    if (tile.pixels)
      show_picture(places_[next_], *tile.pixels, look_.side);
    else
      show_thumbnail(places_[next_], tile.picture, look_.side);
    ++next_;
    return G_SOURCE_CONTINUE;
  }
  reader_ = 0;
  reveal_choice();
  return G_SOURCE_REMOVE;
}

/// Scrolls to the first chosen tile.
void Gallery::reveal_choice() {
  GList* chosen = gtk_flow_box_get_selected_children(GTK_FLOW_BOX(flow_));
  if (!chosen) return;
  GtkAllocation place;
  gtk_widget_get_allocation(GTK_WIDGET(chosen->data), &place);
  g_list_free(chosen);
  GtkAdjustment* view = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scrolled_));
  gtk_adjustment_clamp_page(view, place.y, place.y + place.height);
}

std::vector<std::string> Gallery::chosen() const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < tiles_.size(); ++i)
    if (gtk_flow_box_child_is_selected(
            gtk_flow_box_get_child_at_index(GTK_FLOW_BOX(flow_), int(i))))
      ids.push_back(tiles_[i].id);
  return ids;
}

void Gallery::choose(const std::vector<std::string>& ids) {
  auto* flow = GTK_FLOW_BOX(flow_);
  quiet_ = true;
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    GtkFlowBoxChild* child = gtk_flow_box_get_child_at_index(flow, int(i));
    if (std::ranges::count(ids, tiles_[i].id))
      gtk_flow_box_select_child(flow, child);
    else
      gtk_flow_box_unselect_child(flow, child);
  }
  quiet_ = false;
}
