#include "drawable.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

const Babl* rgba() { return babl_format("R'G'B'A float"); }

constexpr std::size_t pixel_bytes = pastiche::Image::channels * sizeof(float);

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
                  int at_y, const pastiche::Image& before, const pastiche::Image& after) {
  const GeglRectangle where = {at_x, at_y, area.width, area.height};
  g_autoptr(GeglBuffer) own = gimp_drawable_get_buffer(source);
  gegl_buffer_copy(own, &area, GEGL_ABYSS_NONE, target, &where);

  const Babl* format = gegl_buffer_get_format(target);
  const Babl* convert = babl_fish(rgba(), format);
  const std::size_t bytes = babl_format_get_bytes_per_pixel(format);
  std::vector<unsigned char> kept(bytes * area.width), fresh(bytes * area.width);
  for (int y = 0; y < area.height; ++y) {
    const GeglRectangle row = {at_x, at_y + y, area.width, 1};
    gegl_buffer_get(target, &row, 1.0, format, kept.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    babl_process(convert, after.at(0, y), fresh.data(), area.width);
    for (int x = 0; x < area.width; ++x)
      if (std::memcmp(before.at(x, y), after.at(x, y), pixel_bytes) != 0)
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
