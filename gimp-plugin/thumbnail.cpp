#include "thumbnail.hpp"

#include <algorithm>
#include <cmath>

#include "folders.hpp"

namespace {

constexpr const char* jpeg_quality = "88";

int byte(float value) { return int(std::lround(255 * std::clamp(value, 0.0f, 1.0f))); }

}  // namespace

GtkWidget* thumbnail_place(int side) {
  GtkWidget* place = gtk_image_new_from_icon_name("image-x-generic", GTK_ICON_SIZE_DIALOG);
  gtk_widget_set_size_request(place, side, side);
  return place;
}

void show_thumbnail(GtkWidget* place, const std::string& path, int side) {
  if (path.empty() || !g_file_test(path.c_str(), G_FILE_TEST_IS_REGULAR)) return;
  const int scale = gtk_widget_get_scale_factor(place);
  g_autoptr(GdkPixbuf) pixels =
      gdk_pixbuf_new_from_file_at_size(path.c_str(), scale * side, scale * side, nullptr);
  if (!pixels) return;
  cairo_surface_t* surface = gdk_cairo_surface_create_from_pixbuf(pixels, scale, nullptr);
  gtk_image_set_from_surface(GTK_IMAGE(place), surface);
  cairo_surface_destroy(surface);
}

std::string learnt_thumbnail(const std::filesystem::path& model_file) {
  return model_file.string() + ".thumbnail.jpg";
}

std::string thumbnail_of(const pastiche::OfferedStyle& style) {
  const std::string beside = learnt_thumbnail(style.file);
  if (g_file_test(beside.c_str(), G_FILE_TEST_EXISTS)) return beside;
  return (style.file.parent_path() / "thumbnails" / (style.name + ".jpg")).string();
}

pastiche::Image sample_picture() {
  g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_new_from_file(own_file("sample.jpg").c_str(), nullptr);
  if (!pixels) return {};
  const int bytes = gdk_pixbuf_get_n_channels(pixels);
  pastiche::Image picture(gdk_pixbuf_get_width(pixels), gdk_pixbuf_get_height(pixels));
  for (int y = 0; y < picture.height; ++y) {
    const guint8* row = gdk_pixbuf_read_pixels(pixels) + y * gdk_pixbuf_get_rowstride(pixels);
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < 3; ++c) picture.at(x, y)[c] = row[x * bytes + c] / 255.0f;
      picture.at(x, y)[3] = 1;
    }
  }
  return picture;
}

bool save_thumbnail(const std::string& path, const pastiche::Image& picture) {
  g_autoptr(GdkPixbuf) pixels =
      gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, picture.width, picture.height);
  if (!pixels) return false;
  for (int y = 0; y < picture.height; ++y) {
    guint8* row = gdk_pixbuf_get_pixels(pixels) + y * gdk_pixbuf_get_rowstride(pixels);
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c) row[3 * x + c] = guint8(byte(picture.at(x, y)[c]));
  }
  return gdk_pixbuf_save(pixels, path.c_str(), "jpeg", nullptr, "quality", jpeg_quality, nullptr);
}
