#include "output.hpp"

#include <glib/gi18n-lib.h>

#include "drawable.hpp"
#include "pastiche/error.hpp"
#include "pastiche/recipe.hpp"
#include "words.hpp"

namespace {

void check(bool done) {
  if (done) return;
  throw pastiche::Error(pastiche::Error::Kind::Output,
                        words(_("GIMP did not take the result (%s)."), last_reason().c_str()));
}

void attach(GimpDrawable* drawable, const std::string& recipe) {
  GimpParasite* parasite =
      gimp_parasite_new(pastiche::recipe_key, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                        guint32(recipe.size()), recipe.data());
  gimp_item_attach_parasite(GIMP_ITEM(drawable), parasite);
  gimp_parasite_free(parasite);
}

GimpDrawable* replace(const Target& target, const pastiche::Image& after,
                      const std::string& recipe) {
  const auto& [image, drawable, area] = target;
  {
    g_autoptr(GeglBuffer) shadow = gimp_drawable_get_shadow_buffer(drawable);
    write_pixels(shadow, drawable, area, area.x, area.y, after);
  }  // dropping the buffer flushes it
  gimp_image_undo_group_start(image);
  const bool merged = gimp_drawable_merge_shadow(drawable, TRUE);
  if (merged) attach(drawable, recipe);
  gimp_image_undo_group_end(image);
  check(merged);
  gimp_drawable_update(drawable, area.x, area.y, area.width, area.height);
  return drawable;
}

GimpImageType layer_type(GimpImage* image, bool alpha) {
  if (gimp_image_get_base_type(image) == GIMP_GRAY)
    return alpha ? GIMP_GRAYA_IMAGE : GIMP_GRAY_IMAGE;
  return alpha ? GIMP_RGBA_IMAGE : GIMP_RGB_IMAGE;
}

/// A layer for `image`, not in it yet, that holds the result alone.
GimpLayer* make_layer(GimpImage* image, const Target& target, const std::string& name, bool alpha,
                      const pastiche::Image& after, const std::string& recipe) {
  const GeglRectangle& area = target.area;
  GimpLayer* layer =
      gimp_layer_new(image, name.c_str(), area.width, area.height, layer_type(image, alpha), 100,
                     gimp_image_get_default_new_layer_mode(image));
  check(layer != nullptr);
  {
    g_autoptr(GeglBuffer) buffer = gimp_drawable_get_buffer(GIMP_DRAWABLE(layer));
    write_pixels(buffer, target.drawable, area, 0, 0, after);
  }
  attach(GIMP_DRAWABLE(layer), recipe);
  return layer;
}

/// The layer that a new one goes above: the drawable, or the one it is the mask of.
GimpLayer* layer_of(GimpDrawable* drawable) {
  if (GIMP_IS_LAYER(drawable)) return GIMP_LAYER(drawable);
  return GIMP_IS_LAYER_MASK(drawable) ? gimp_layer_from_mask(GIMP_LAYER_MASK(drawable)) : nullptr;
}

/// Gives `layer` the part of `source`'s mask that it covers, so that what was
/// hidden stays hidden. REQUIRES: `layer` is in the image.
void copy_mask(GimpLayer* source, const GeglRectangle& area, GimpLayer* layer) {
  GimpLayerMask* mask = gimp_layer_get_mask(source);
  if (!mask) return;
  GimpLayerMask* copy = gimp_layer_create_mask(layer, GIMP_ADD_MASK_WHITE);
  check(gimp_layer_add_mask(layer, copy));
  {
    const GeglRectangle whole = {0, 0, area.width, area.height};
    g_autoptr(GeglBuffer) from = gimp_drawable_get_buffer(GIMP_DRAWABLE(mask));
    g_autoptr(GeglBuffer) to = gimp_drawable_get_buffer(GIMP_DRAWABLE(copy));
    gegl_buffer_copy(from, &area, GEGL_ABYSS_NONE, to, &whole);
  }
  gimp_layer_set_apply_mask(layer, gimp_layer_get_apply_mask(source));
  gimp_layer_set_edit_mask(layer, FALSE);
}

/// Above the layer `below`, in its group; without one at the top.
void insert_above(GimpImage* image, GimpLayer* below, GimpLayer* layer) {
  GimpItem* group = below ? gimp_item_get_parent(GIMP_ITEM(below)) : nullptr;
  const int position = below ? gimp_image_get_item_position(image, GIMP_ITEM(below)) : 0;
  check(gimp_image_insert_layer(image, layer, group ? GIMP_LAYER(group) : nullptr, position));
}

GimpDrawable* new_layer(const Target& target, const std::string& name, const pastiche::Image& after,
                        const std::string& recipe, int x, int y) {
  GimpImage* image = target.image;
  GimpLayer* below = layer_of(target.drawable);
  gimp_image_undo_group_start(image);
  try {
    GimpLayer* layer = make_layer(image, target, name, true, after, recipe);
    gimp_layer_set_offsets(layer, x, y);
    insert_above(image, below, layer);
    if (below && GIMP_IS_LAYER(target.drawable)) copy_mask(below, target.area, layer);
    gimp_image_undo_group_end(image);
    return GIMP_DRAWABLE(layer);
  } catch (...) {
    gimp_image_undo_group_end(image);
    throw;
  }
}

/// An empty image of the kind of `like`.
GimpImage* image_like(GimpImage* like, int width, int height) {
  GimpImage* image = gimp_image_new_with_precision(width, height, gimp_image_get_base_type(like),
                                                   gimp_image_get_precision(like));
  check(image != nullptr);
  if (GimpColorProfile* profile = gimp_image_get_color_profile(like)) {
    gimp_image_set_color_profile(image, profile);
    g_object_unref(profile);
  }
  double across, down;
  if (gimp_image_get_resolution(like, &across, &down))
    gimp_image_set_resolution(image, across, down);
  return image;
}

GimpDrawable* new_image(const Target& target, const std::string& name, const pastiche::Image& after,
                        const std::string& recipe, bool display) {
  GimpImage* image = image_like(target.image, target.area.width, target.area.height);
  gimp_image_undo_disable(image);
  const bool alpha =
      gimp_drawable_has_alpha(target.drawable) || !gimp_selection_is_empty(target.image);
  GimpLayer* layer = make_layer(image, target, name, alpha, after, recipe);
  gimp_image_insert_layer(image, layer, nullptr, 0);
  gimp_image_undo_enable(image);
  if (display) gimp_display_new(image);
  return GIMP_DRAWABLE(layer);
}

GimpLayer* make_layer(GimpImage* image, const Made& made, bool alpha) {
  GimpLayer* layer =
      gimp_layer_new(image, made.name.c_str(), made.picture.width, made.picture.height,
                     layer_type(image, alpha), 100, gimp_image_get_default_new_layer_mode(image));
  check(layer != nullptr);
  write_picture(GIMP_DRAWABLE(layer), made.picture);
  attach(GIMP_DRAWABLE(layer), made.recipe);
  return layer;
}

bool is_opaque(const pastiche::Image& picture) {
  for (std::size_t i = 3; i < picture.pixels.size(); i += pastiche::Image::channels)
    if (picture.pixels[i] < 1) return false;
  return true;
}

/// The only selected layer.
GimpLayer* selected_layer(GimpImage* image) {
  g_autofree GimpLayer** layers = gimp_image_get_selected_layers(image);
  const auto count = gimp_core_object_array_get_length(reinterpret_cast<GObject**>(layers));
  return count == 1 ? layers[0] : nullptr;
}

}  // namespace

GimpDrawable* place(const Target& target, std::string_view output, const std::string& name,
                    pastiche::Image after, const std::string& recipe, bool display) {
  if (output == "replace") return replace(target, after, recipe);
  int x = 0, y = 0;
  gimp_drawable_get_offsets(target.drawable, &x, &y);
  x += target.area.x;
  y += target.area.y;
  cut_to_selection(target.image, x, y, after);
  if (output == "new-image") return new_image(target, name, after, recipe, display);
  return new_layer(target, name, after, recipe, x, y);
}

std::vector<GimpLayer*> place_made(GimpImage* image, const std::vector<Made>& made) {
  std::vector<GimpLayer*> layers;
  GimpLayer* below = selected_layer(image);
  gimp_image_undo_group_start(image);
  try {
    for (const Made& one : made) {
      GimpLayer* layer = make_layer(image, one, true);
      gimp_layer_set_offsets(layer, one.x, one.y);
      insert_above(image, below, layer);
      layers.push_back(below = layer);
    }
  } catch (...) {
    gimp_image_undo_group_end(image);
    throw;
  }
  gimp_image_undo_group_end(image);
  return layers;
}

std::vector<GimpLayer*> place_in_new_image(GimpImage* like, const std::vector<Made>& made,
                                           bool display) {
  const pastiche::Image& first = made.front().picture;
  GimpImage* image = like ? image_like(like, first.width, first.height)
                          : gimp_image_new(first.width, first.height, GIMP_RGB);
  check(image != nullptr);
  gimp_image_undo_disable(image);
  std::vector<GimpLayer*> layers;
  for (const Made& one : made) {
    layers.push_back(make_layer(image, one, !is_opaque(one.picture)));
    gimp_image_insert_layer(image, layers.back(), nullptr, 0);
  }
  gimp_image_undo_enable(image);
  if (display) gimp_display_new(image);
  return layers;
}
