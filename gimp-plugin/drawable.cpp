#include "drawable.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

const Babl* rgba() { return babl_format("R'G'B'A float"); }

/// Far below a step of 16 bits: babl's ways from one format to another differ by less.
constexpr float nothing = 1e-6f;

bool are_equal(const float* a, const float* b) {
  for (int c = 0; c < pastiche::Image::channels; ++c)
    if (!(std::abs(a[c] - b[c]) <= nothing)) return false;
  return true;
}

}  // namespace

GeglRectangle selected_area(GimpDrawable* drawable) {
  GeglRectangle area = {0, 0, 0, 0};
  if (!gimp_drawable_mask_intersect(drawable, &area.x, &area.y, &area.width, &area.height))
    area.width = area.height = 0;
  return area;
}

pastiche::Image read_pixels(GimpDrawable* drawable, const GeglRectangle& area, double scale) {
  const GeglRectangle scaled = {int(area.x * scale), int(area.y * scale),
                                std::max(1, int(area.width * scale)),
                                std::max(1, int(area.height * scale))};
  pastiche::Image image(scaled.width, scaled.height);
  g_autoptr(GeglBuffer) buffer = gimp_drawable_get_buffer(drawable);
  gegl_buffer_get(buffer, &scaled, scale, rgba(), image.pixels.data(), GEGL_AUTO_ROWSTRIDE,
                  GEGL_ABYSS_NONE);
  return image;
}

void write_pixels(GeglBuffer* target, GimpDrawable* source, const GeglRectangle& area, int at_x,
                  int at_y, const pastiche::Image& after) {
  const GeglRectangle where = {at_x, at_y, area.width, area.height};
  g_autoptr(GeglBuffer) own = gimp_drawable_get_buffer(source);
  gegl_buffer_copy(own, &area, GEGL_ABYSS_NONE, target, &where);

  const Babl* format = gegl_buffer_get_format(target);
  const Babl* convert = babl_fish(rgba(), format);
  const std::size_t bytes = babl_format_get_bytes_per_pixel(format);
  std::vector<unsigned char> kept(bytes * area.width), fresh(bytes * area.width);
  std::vector<float> before(std::size_t(area.width) * pastiche::Image::channels);
  for (int y = 0; y < area.height; ++y) {
    const GeglRectangle row = {at_x, at_y + y, area.width, 1};
    const GeglRectangle from = {area.x, area.y + y, area.width, 1};
    gegl_buffer_get(own, &from, 1.0, rgba(), before.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    gegl_buffer_get(target, &row, 1.0, format, kept.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    babl_process(convert, after.at(0, y), fresh.data(), area.width);
    for (int x = 0; x < area.width; ++x)
      if (!are_equal(&before[std::size_t(x) * pastiche::Image::channels], after.at(x, y)))
        std::copy_n(&fresh[x * bytes], bytes, &kept[x * bytes]);
    gegl_buffer_set(target, &row, 0, format, kept.data(), GEGL_AUTO_ROWSTRIDE);
  }
}

void write_picture(GimpDrawable* drawable, const pastiche::Image& picture) {
  const GeglRectangle area = {0, 0, picture.width, picture.height};
  g_autoptr(GeglBuffer) buffer = gimp_drawable_get_buffer(drawable);
  gegl_buffer_set(buffer, &area, 0, rgba(), picture.pixels.data(), GEGL_AUTO_ROWSTRIDE);
}

void cut_to_selection(GimpImage* image, int x, int y, pastiche::Image& picture) {
  if (gimp_selection_is_empty(image)) return;
  const GeglRectangle area = {x, y, picture.width, picture.height};
  std::vector<float> share(std::size_t(picture.width) * picture.height);
  g_autoptr(GeglBuffer) mask =
      gimp_drawable_get_buffer(GIMP_DRAWABLE(gimp_image_get_selection(image)));
  gegl_buffer_get(mask, &area, 1.0, babl_format("Y float"), share.data(), GEGL_AUTO_ROWSTRIDE,
                  GEGL_ABYSS_NONE);
  for (std::size_t i = 0; i < share.size(); ++i)
    if (share[i] != 1) picture.pixels[i * pastiche::Image::channels + 3] *= share[i];
}
