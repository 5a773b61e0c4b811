#include "thumbnail.hpp"

#include <algorithm>
#include <cmath>

#include "folders.hpp"

namespace {

constexpr const char* jpeg_quality = "88";

int byte(float value) { return int(std::lround(255 * std::clamp(value, 0.0f, 1.0f))); }

GdkPixbuf* pixbuf_of(const pastiche::Image& picture) {
  GdkPixbuf* pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, picture.width, picture.height);
  for (int y = 0; pixels && y < picture.height; ++y) {
    guint8* row = gdk_pixbuf_get_pixels(pixels) + y * gdk_pixbuf_get_rowstride(pixels);
    for (int i = 0; i < 4 * picture.width; ++i) row[i] = guint8(byte(picture.at(0, y)[i]));
  }
  return pixels;
}

void show_pixels(GtkWidget* place, GdkPixbuf* pixels) {
  cairo_surface_t* surface =
      gdk_cairo_surface_create_from_pixbuf(pixels, gtk_widget_get_scale_factor(place), nullptr);
  gtk_image_set_from_surface(GTK_IMAGE(place), surface);
  cairo_surface_destroy(surface);
}

}  // namespace

GtkWidget* thumbnail_place(int side) {
  GtkWidget* place = gtk_image_new_from_icon_name("image-x-generic", GTK_ICON_SIZE_DIALOG);
  gtk_widget_set_size_request(place, side, side);
  return place;
}

void show_picture(GtkWidget* place, const pastiche::Image& picture, int side) {
  g_autoptr(GdkPixbuf) whole = pixbuf_of(picture);
  if (!whole) return;
  const double scale =
      double(gtk_widget_get_scale_factor(place)) * side / std::max(picture.width, picture.height);
  g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_scale_simple(
      whole, std::max(1, int(std::lround(scale * picture.width))),
      std::max(1, int(std::lround(scale * picture.height))), GDK_INTERP_BILINEAR);
  if (pixels) show_pixels(place, pixels);
}

void show_thumbnail(GtkWidget* place, const std::string& path, int side) {
  if (path.empty() || !g_file_test(path.c_str(), G_FILE_TEST_IS_REGULAR)) return;
  const int scale = gtk_widget_get_scale_factor(place);
  g_autoptr(GdkPixbuf) pixels =
      gdk_pixbuf_new_from_file_at_size(path.c_str(), scale * side, scale * side, nullptr);
  if (pixels) show_pixels(place, pixels);
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
