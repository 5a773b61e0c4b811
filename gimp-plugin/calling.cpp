#include "calling.hpp"

#include <glib/gi18n-lib.h>

#include <exception>
#include <new>

#include "drawable.hpp"
#include "pastiche/error.hpp"
#include "words.hpp"

namespace {

using pastiche::Error;

GimpValueArray* fail(GimpProcedure* procedure, GimpPDBStatusType status, const char* sentence) {
  return gimp_procedure_new_return_values(procedure, status,
                                          g_error_new_literal(GIMP_PLUG_IN_ERROR, 0, sentence));
}

}  // namespace

std::string name_of(GimpItem* item) {
  g_autofree char* name = gimp_item_get_name(item);
  return name;
}

void refuse(const std::string& sentence) { throw Error(Error::Kind::BadImage, sentence); }

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

void check_takes_layer(GimpImage* image) {
  if (gimp_image_get_base_type(image) == GIMP_INDEXED)
    refuse(
        _("The image has indexed colours, which a new layer would have to take: convert it to "
          "RGB first (Image > Mode)."));
  if (gimp_image_get_floating_sel(image))
    refuse(
        _("The image has a floating selection: anchor it first, or let the result go to the "
          "layer itself or to a new image."));
}

GimpValueArray* answered(GimpProcedure* procedure,
                         const std::function<GimpValueArray*()>& act) try {
  return act();
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
