#include "call.hpp"

#include <gegl.h>
#include <glib/gi18n-lib.h>

#include <future>

#include "calling.hpp"
#include "dialog.hpp"
#include "drawable.hpp"
#include "job.hpp"
#include "output.hpp"
#include "pictures.hpp"
#include "procedure.hpp"
#include "words.hpp"

namespace {

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
  if (output == "new-layer") check_takes_layer(target.image);
}

GimpDrawable* paint(const pastiche::Filter& filter, const Target& target,
                    GimpProcedureConfig* config, bool display) {
  const std::string output = read_output(filter, config);
  check_output(target, output);
  // While the pixels come.
  const auto opening = std::async(std::launch::async, open_early);
  const pastiche::Settings settings = read_settings(filter, config);
  Gathered given = read_pictures(filter, config);
  const char* content = filter.inputs.front().name;
  const std::string name = name_of(GIMP_ITEM(target.drawable));
  given.sources.insert(given.sources.begin(), {content, name, ""});
  given.pictures[content].push_back(read_pixels(target.drawable, target.area));

  // Nothing is written before the end: however it is stopped, the image is as it was.
  pastiche::Result result;
  run_with_progress(_(filter.label), [&](const pastiche::Progress& progress) {
    result = pastiche::run(filter, std::move(given.pictures), settings, progress);
  });
  const std::string recipe = to_json(make_recipe(filter, settings, result, given.sources));
  return place(target, output, words("%s, %s", name.c_str(), _(filter.label)),
               std::move(result.image), recipe, display);
}

}  // namespace

GimpValueArray* call_filter(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                            GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data) {
  return answered(procedure, [&] {
    const auto& filter = *static_cast<const pastiche::Filter*>(data);
    gegl_init(nullptr, nullptr);
    const Target target = find_target(image, drawables);
    if (mode == GIMP_RUN_INTERACTIVE && !ask(procedure, config, filter, target.area))
      return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);

    GimpDrawable* result = paint(filter, target, config, mode != GIMP_RUN_NONINTERACTIVE);
    gimp_displays_flush();
    GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
    GIMP_VALUES_SET_DRAWABLE(values, 1, result);
    return values;
  });
}
