#include "call.hpp"

#include <gegl.h>
#include <glib/gi18n-lib.h>

#include "dialog.hpp"
#include "drawable.hpp"
#include "job.hpp"
#include "output.hpp"
#include "pictures.hpp"
#include "procedure.hpp"
#include "words.hpp"

namespace {

using pastiche::Error;

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Error::Kind::BadImage, sentence);
}

std::string name_of(GimpItem* item) {
  g_autofree char* name = gimp_item_get_name(item);
  return name;
}

/// The one drawable to work on and its selected part, or a sentence why not.
Target find_target(GimpImage* image, GimpDrawable** drawables) {
  const auto count = gimp_core_object_array_get_length(reinterpret_cast<GObject**>(drawables));
  if (count != 1)
    refuse(words(_("Pastiche works on one layer at a time, but got %d: select one."), int(count)));
  GimpDrawable* drawable = drawables[0];
  const std::string name = name_of(GIMP_ITEM(drawable));
  if (gimp_item_is_group(GIMP_ITEM(drawable)))
    refuse(words(_("\"%s\" is a layer group: select a layer in it, or merge it first."),
                 name.c_str()));
  if (gimp_drawable_is_indexed(drawable))
    refuse(words(_("\"%s\" has indexed colours: convert the image to RGB first (Image > Mode)."),
                 name.c_str()));
  const GeglRectangle area = selected_area(drawable);
  if (area.width == 0)
    refuse(words(_("The selection lies outside \"%s\": move it onto the layer, or select none."),
                 name.c_str()));
  return {image, drawable, area};
}

/// Locks of the item or what it is in, its mask's layer included, hold for it.
bool is_locked(GimpItem* item) {
  if (GIMP_IS_LAYER_MASK(item) && is_locked(GIMP_ITEM(gimp_layer_from_mask(GIMP_LAYER_MASK(item)))))
    return true;
  for (; item; item = gimp_item_get_parent(item))
    if (gimp_item_get_lock_content(item)) return true;
  return false;
}

void check_output(const Target& target, const std::string& output) {
  if (output == "replace" && is_locked(GIMP_ITEM(target.drawable)))
    refuse(words(_("The pixels of \"%s\" are locked: unlock them, or let the result go to a new "
                   "layer."),
                 name_of(GIMP_ITEM(target.drawable)).c_str()));
  if (output == "new-layer" && gimp_image_get_base_type(target.image) == GIMP_INDEXED)
    refuse(
        _("The image has indexed colours, which a new layer would have to take: convert it to "
          "RGB first (Image > Mode)."));
  if (output == "new-layer" && gimp_image_get_floating_sel(target.image))
    refuse(
        _("The image has a floating selection: anchor it first, or let the result go to the "
          "layer itself or to a new image."));
}

GimpValueArray* fail(GimpProcedure* procedure, GimpPDBStatusType status, const char* sentence) {
  return gimp_procedure_new_return_values(procedure, status,
                                          g_error_new_literal(GIMP_PLUG_IN_ERROR, 0, sentence));
}

GimpDrawable* paint(const pastiche::Filter& filter, const Target& target,
                    GimpProcedureConfig* config, bool display) {
  const std::string output = read_output(config);
  check_output(target, output);
  const pastiche::Settings settings = read_settings(filter, config);
  Gathered given = read_pictures(filter, config);
  const char* content = filter.inputs.front().name;
  const std::string name = name_of(GIMP_ITEM(target.drawable));
  given.sources.insert(given.sources.begin(), {content, name, ""});
  given.pictures[content].push_back(read_pixels(target.drawable, target.area));

  pastiche::Result result = run_with_progress(filter, given.pictures, settings);
  const std::string recipe = to_json(make_recipe(filter, settings, result, given.sources));
  return place(target, output, words("%s, %s", name.c_str(), _(filter.label)),
               given.pictures[content].front(), std::move(result.image), recipe, display);
}

}  // namespace

GimpValueArray* call_filter(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                            GimpDrawable** drawables, GimpProcedureConfig* config,
                            gpointer data) try {
  const auto& filter = *static_cast<const pastiche::Filter*>(data);
  gegl_init(nullptr, nullptr);
  const Target target = find_target(image, drawables);
  if (mode == GIMP_RUN_INTERACTIVE && !ask(procedure, config, filter))
    return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);

  GimpDrawable* result = paint(filter, target, config, mode != GIMP_RUN_NONINTERACTIVE);
  gimp_displays_flush();
  GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
  GIMP_VALUES_SET_DRAWABLE(values, 1, result);
  return values;
} catch (const Error& e) {
  if (e.kind == Error::Kind::Cancelled)
    return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);
  const bool setting = e.kind == Error::Kind::BadSetting;
  return fail(procedure, setting ? GIMP_PDB_CALLING_ERROR : GIMP_PDB_EXECUTION_ERROR, e.what());
} catch (const std::bad_alloc&) {
  return fail(procedure, GIMP_PDB_EXECUTION_ERROR,
              _("There is not enough memory for a picture of this size: select a part of it."));
} catch (const std::exception& e) {
  return fail(procedure, GIMP_PDB_EXECUTION_ERROR, e.what());
}
