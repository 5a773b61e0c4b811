#include "create.hpp"

#include <gegl.h>
#include <glib/gi18n-lib.h>

#include <algorithm>
#include <filesystem>

#include "calling.hpp"
#include "dialog.hpp"
#include "drawable.hpp"
#include "job.hpp"
#include "output.hpp"
#include "pictures.hpp"
#include "procedure.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;
using pastiche::Recipe;

/// What the layers are to cover, in image pixels, and the picture to start from, if any.
struct Start {
  GeglRectangle area;
  Gathered given = {};
};

/// The selected part of the selected layer, for samples of it.
pastiche::Image small_layer(GimpImage* image, GimpDrawable** drawables) {
  constexpr double longest = 256;  // px
  const Target target = find_target(image, drawables);
  const double scale = longest / std::max(target.area.width, target.area.height);
  return read_pixels(target.drawable, target.area, std::min(1.0, scale));
}

/// "scroll-faces, female, seed 7": enough to find it again. `number`: of how many it is which.
std::string layer_name(const Recipe& recipe, std::size_t number, std::size_t count) {
  const auto text = [](const auto& texts, const char* name) {
    const auto found = texts.find(name);
    return found == texts.end() ? "" : found->second;
  };
  const auto fact = [&](const char* name) { return text(recipe.facts, name); };
  const auto setting = [&](const char* name) { return text(recipe.settings, name); };
  const std::string model = setting("model"), shown = fact("class");
  std::string name =
      model.find('/') == model.npos ? model : std::filesystem::path(model).stem().string();
  if (!fact("texture").empty()) name = fact("texture");
  if (!shown.empty()) name += ", " + shown;
  if (!setting("latent-file").empty())
    return words(_("%s, row %s"), name.c_str(), setting("latent-row").c_str());
  if (setting("latent").empty())
    return words(_("%s, seed %s"), name.c_str(), setting("seed").c_str());
  return count > 1 ? words(_("%s, frame %d of %d"), name.c_str(), int(number), int(count))
                   : name + ", " + setting("latent");
}

/// What is selected of an image, or its canvas.
GeglRectangle selected_canvas(GimpImage* image) {
  gboolean some;
  int left, top, right, bottom;
  gimp_selection_bounds(image, &some, &left, &top, &right, &bottom);
  return {left, top, right - left, bottom - top};
}

Start find_start(GimpProcedure* procedure, const Filter& filter, GimpImage* image,
                 GimpDrawable** drawables, GimpProcedureConfig* config) {
  gboolean from = FALSE;
  if (can_take_layer(procedure, filter)) g_object_get(config, from_layer, &from, nullptr);
  Start start = {.area = selected_canvas(image)};
  if (!from) return start;

  const Target target = find_target(image, drawables);
  const char* input = filter.inputs.front().name;
  start.given = {{{input, {read_pixels(target.drawable, target.area)}}},
                 {{input, name_of(GIMP_ITEM(target.drawable)), ""}}};
  start.area = target.area;
  int x = 0, y = 0;
  gimp_drawable_get_offsets(target.drawable, &x, &y);
  start.area.x += x;
  start.area.y += y;
  return start;
}

std::vector<Made> make(const Filter& filter, const pastiche::Settings& settings, Gathered given) {
  pastiche::Result result;
  run_with_progress(_(filter.label), [&](const pastiche::Progress& progress) {
    result = pastiche::run(filter, std::move(given.pictures), settings, progress);
  });
  std::vector<Made> made;
  const std::size_t count = 1 + result.further.size();
  const auto add = [&](pastiche::Result& one) {
    const Recipe recipe = make_recipe(filter, settings, one, given.sources);
    const std::string name = layer_name(recipe, made.size() + 1, count);
    made.push_back({name, std::move(one.image), to_json(recipe)});
  };
  add(result);
  for (pastiche::Result& one : result.further) add(one);
  return made;
}

/// Each into the middle of the area, as far as it is selected.
void arrange(GimpImage* image, const GeglRectangle& area, std::vector<Made>& made) {
  for (Made& one : made) {
    one.x = area.x + (area.width - one.picture.width) / 2;
    one.y = area.y + (area.height - one.picture.height) / 2;
    cut_to_selection(image, one.x, one.y, one.picture);
  }
}

GimpValueArray* return_layers(GimpProcedure* procedure, const std::vector<GimpLayer*>& layers) {
  gimp_displays_flush();
  GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
  GObject** array = g_new0(GObject*, layers.size() + 1);
  for (std::size_t i = 0; i < layers.size(); ++i) array[i] = G_OBJECT(layers[i]);
  GIMP_VALUES_TAKE_CORE_OBJECT_ARRAY(values, 1, array);
  return values;
}

GimpValueArray* cancelled(GimpProcedure* procedure) {
  return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);
}

}  // namespace

GimpValueArray* create_layers(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                              GimpDrawable** drawables, GimpProcedureConfig* config,
                              gpointer data) {
  return answered(procedure, [&] {
    const auto& filter = *static_cast<const Filter*>(data);
    gegl_init(nullptr, nullptr);
    const auto layer = [&] { return small_layer(image, drawables); };
    if (mode == GIMP_RUN_INTERACTIVE &&
        !ask(procedure, config, filter, selected_canvas(image), layer))
      return cancelled(procedure);

    const bool new_image = read_output(filter, config) == "new-image";
    if (!new_image) check_takes_layer(image);
    Start start = find_start(procedure, filter, image, drawables, config);
    std::vector<Made> made =
        make(filter, read_settings(filter, config, &start.area), std::move(start.given));
    arrange(image, start.area, made);
    const bool display = mode != GIMP_RUN_NONINTERACTIVE;
    return return_layers(
        procedure, new_image ? place_in_new_image(image, made, display) : place_made(image, made));
  });
}

GimpValueArray* create_image(GimpProcedure* procedure, GimpProcedureConfig* config, gpointer data) {
  return answered(procedure, [&] {
    const auto& filter = *static_cast<const Filter*>(data);
    gegl_init(nullptr, nullptr);
    GimpRunMode mode = GIMP_RUN_NONINTERACTIVE;
    g_object_get(config, "run-mode", &mode, nullptr);
    if (mode == GIMP_RUN_INTERACTIVE && !ask(procedure, config, filter))
      return cancelled(procedure);

    const std::vector<Made> made = make(filter, read_settings(filter, config), {});
    return return_layers(procedure,
                         place_in_new_image(nullptr, made, mode != GIMP_RUN_NONINTERACTIVE));
  });
}
