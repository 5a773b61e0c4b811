#include "picture_chooser.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "folders.hpp"
#include "gallery.hpp"
#include "pictures.hpp"
#include "thumbnail.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

using Paths = std::vector<std::string>;

constexpr int thumbnail = 64;  // px
constexpr int preview = 256;   // px

/// The picture in a file made small; an icon for what GTK cannot read but GIMP may.
GtkWidget* small_picture(const std::string& path) {
  GtkWidget* image = thumbnail_place(thumbnail);
  show_thumbnail(image, path, thumbnail);
  gtk_widget_set_tooltip_text(image, path.c_str());
  g_autofree char* name = g_path_get_basename(path.c_str());
  atk_object_set_name(gtk_widget_get_accessible(image), name);
  return image;
}

void show_preview(GtkFileChooser* chooser, GtkWidget* image) {
  g_autofree char* path = gtk_file_chooser_get_preview_filename(chooser);
  g_autoptr(GdkPixbuf) pixels =
      path && g_file_test(path, G_FILE_TEST_IS_REGULAR)
          ? gdk_pixbuf_new_from_file_at_size(path, preview, preview, nullptr)
          : nullptr;
  gtk_image_set_from_pixbuf(GTK_IMAGE(image), pixels);
  gtk_file_chooser_set_preview_widget_active(chooser, pixels != nullptr);
}

Paths chosen_files(GtkFileChooser* chooser) {
  Paths paths;
  GSList* names = gtk_file_chooser_get_filenames(chooser);
  for (GSList* name = names; name; name = name->next)
    paths.emplace_back(static_cast<char*>(name->data));
  g_slist_free_full(names, g_free);
  return paths;
}

struct Chooser {
  GimpProcedureConfig* config;
  const pastiche::Input* input;

  Paths paths() const {
    Paths all;
    if (const std::string one = text_of(config, file_argument(*input)); !one.empty())
      all.push_back(one);
    if (input->max == 1) return all;
    g_auto(GStrv) more = nullptr;
    g_object_get(config, files_argument(*input).c_str(), &more, nullptr);
    for (char** path = more; path && *path; ++path) all.emplace_back(*path);
    return all;
  }

  void set(const Paths& paths) const {
    if (input->max > 1) {
      std::vector<const char*> more;
      for (std::size_t i = 1; i < paths.size(); ++i) more.push_back(paths[i].c_str());
      more.push_back(nullptr);
      g_object_set(config, files_argument(*input).c_str(), more.data(), nullptr);
    }
    g_object_set(config, file_argument(*input).c_str(), paths.empty() ? "" : paths[0].c_str(),
                 nullptr);
  }

  void forget() const {
    set({});
    g_object_set(config, layer_argument(*input).c_str(), nullptr, nullptr);
  }

  void ask_for_files(GtkWidget* parent) const {
    GtkWidget* dialog = gtk_file_chooser_dialog_new(
        _(input->label), GTK_WINDOW(gtk_widget_get_toplevel(parent)), GTK_FILE_CHOOSER_ACTION_OPEN,
        _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Open"), GTK_RESPONSE_ACCEPT, nullptr);
    auto* chooser = GTK_FILE_CHOOSER(dialog);
    gtk_file_chooser_set_select_multiple(chooser, input->max > 1);
    GtkWidget* image = gtk_image_new();
    gtk_file_chooser_set_preview_widget(chooser, image);
    on(chooser, "update-preview", image, [=] { show_preview(chooser, image); });
    if (const Paths now = paths(); !now.empty())
      gtk_file_chooser_set_filename(chooser, now.front().c_str());
    if (gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT) set(chosen_files(chooser));
    gtk_widget_destroy(dialog);
  }
};

void show_files(GtkWidget* strip, const Paths& paths) {
  gtk_container_foreach(
      GTK_CONTAINER(strip), [](GtkWidget* old, gpointer) { gtk_widget_destroy(old); }, nullptr);
  for (const std::string& path : paths)
    gtk_box_pack_start(GTK_BOX(strip), small_picture(path), FALSE, FALSE, 0);
  gtk_widget_show_all(strip);
  gtk_widget_set_visible(strip, !paths.empty());
}

GtkWidget* button(GtkWidget* box, const char* label, const char* help) {
  GtkWidget* button = gtk_button_new_with_label(label);
  gtk_widget_set_tooltip_text(button, help);
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  gtk_box_pack_start(GTK_BOX(box), button, FALSE, FALSE, 0);
  return button;
}

/// The pictures that lie beside the plug-in to take a style from.
std::vector<Tile> bundled_pictures() {
  const std::filesystem::path folder = own_file("gallery");
  std::vector<Tile> tiles;
  std::error_code error;
  for (std::filesystem::directory_iterator i(folder, error), end; !error && i != end;
       i.increment(error)) {
    if (i->path().extension() != ".jpg") continue;
    const std::string title = title_of(i->path().stem().string());
    tiles.push_back({i->path().string(), title, title, i->path().string()});
  }
  std::ranges::sort(tiles, {}, &Tile::title);
  return tiles;
}

/// What is chosen takes the place of the files.
void ask_for_bundled(const Chooser& chooser, GtkWidget* parent) {
  GtkWidget* dialog = gtk_dialog_new_with_buttons(
      _("Gallery"), GTK_WINDOW(gtk_widget_get_toplevel(parent)), GTK_DIALOG_MODAL, _("_Cancel"),
      GTK_RESPONSE_CANCEL, _("_Open"), GTK_RESPONSE_ACCEPT, nullptr);
  Gallery gallery([] {});
  gallery.show(bundled_pictures());
  gallery.choose(chooser.paths());
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), gallery.widget(),
                     TRUE, TRUE, 0);
  gtk_widget_show_all(gallery.widget());
  const bool accepted = gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT;
  if (accepted && !gallery.chosen().empty()) chooser.set(gallery.chosen());
  gtk_widget_destroy(dialog);
}

}  // namespace

GtkWidget* picture_chooser(GimpProcedureConfig* config, const pastiche::Input& input) {
  const Chooser chooser = {config, &input};
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget* strip = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget* buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_pack_start(GTK_BOX(box), strip, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), buttons, FALSE, FALSE, 0);

  GtkWidget* files = button(buttons, input.max > 1 ? _("Picture files...") : _("Picture file..."),
                            _("Choose from the files on this machine"));
  on_click(files, box, [=] { chooser.ask_for_files(box); });
  if (std::string_view(input.name) == "style") {
    GtkWidget* gallery =
        button(buttons, _("Gallery..."), _("Choose from the pictures that came with Pastiche"));
    on_click(gallery, box, [=] { ask_for_bundled(chooser, box); });
  }
  GtkWidget* layer = gimp_prop_drawable_chooser_new(G_OBJECT(config), layer_argument(input).c_str(),
                                                    _("Choose a layer of an open image"));
  gtk_label_set_text(GTK_LABEL(gimp_drawable_chooser_get_label(GIMP_DRAWABLE_CHOOSER(layer))),
                     _("or a layer:"));
  gtk_box_pack_start(GTK_BOX(buttons), layer, FALSE, FALSE, 0);
  GtkWidget* none = button(buttons, _("None"), _("Forget the files and the layer"));
  on(none, "clicked", box, [=] { chooser.forget(); });

  // The file's picture may take long to read: after the dialog is on the screen.
  on(box, "map", box, [=] { show_files(strip, chooser.paths()); });
  on(config, ("notify::" + file_argument(input)).c_str(), box,
     [=] { show_files(strip, chooser.paths()); });
  return box;
}
