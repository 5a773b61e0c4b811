#include "learn_procedure.hpp"

#include <gegl.h>
#include <glib/gi18n-lib.h>

#include <algorithm>

#include "calling.hpp"
#include "drawable.hpp"
#include "job.hpp"
#include "learn.hpp"
#include "learn_dialog.hpp"
#include "learn_window.hpp"
#include "own_style.hpp"
#include "procedure.hpp"
#include "widgets.hpp"
#include "words.hpp"

namespace {

/// The row of fast-style that names a model: its default is ours.
const pastiche::Param& model_row() {
  const auto& rows = pastiche::find_filter("fast-style").params;
  return *std::ranges::find_if(
      rows, [](const auto& row) { return std::string_view(row.name) == "model"; });
}

Lesson read_lesson(GimpProcedureConfig* config, const Target& target, const Findings& found) {
  Lesson lesson = {.name = text_of(config, "name"),
                   .model = text_of(config, "model"),
                   .settings = pastiche::Settings(lesson_trainer().params),
                   .picture = {}};
  if (lesson.name.empty()) lesson.name = free_name(found, default_style_name(target));
  check_name(found, lesson.name);
  for (const pastiche::Param& row : lesson_rows()) read_setting(config, row.name, lesson.settings);
  lesson.settings.set("from", lesson.model);
  lesson.settings.set("learn", std::string("norm"));
  lesson.picture = read_pixels(target.drawable, target.area);
  return lesson;
}

Learnt learn_in_status_bar(const Lesson& lesson) {
  Learnt learnt;
  run_with_progress(_("Learn Style"),
                    [&](const pastiche::Progress& progress) { learnt = learn(lesson, progress); });
  if (!learnt.advice.empty()) g_message("%s", learnt.advice.c_str());
  return learnt;
}

GimpValueArray* call_learn(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                           GimpDrawable** drawables, GimpProcedureConfig* config, gpointer) {
  return answered(procedure, [&] {
    gegl_init(nullptr, nullptr);
    const Target target = find_target(image, drawables);
    // The last one's name is taken.
    if (mode != GIMP_RUN_NONINTERACTIVE) g_object_set(config, "name", "", nullptr);
    if (mode == GIMP_RUN_INTERACTIVE && !ask_lesson(procedure, config, target))
      return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);

    const Lesson lesson = read_lesson(config, target, find_out(""));
    const Learnt learnt =
        mode == GIMP_RUN_INTERACTIVE ? learn_in_window(lesson) : learn_in_status_bar(lesson);
    if (mode != GIMP_RUN_NONINTERACTIVE) remember_learnt("fast-style", lesson.model, lesson.name);
    GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
    GIMP_VALUES_SET_STRING(values, 1, lesson.name.c_str());
    GIMP_VALUES_SET_STRING(values, 2, learnt.file.c_str());
    return values;
  });
}

}  // namespace

GimpProcedure* make_learn_procedure(GimpPlugIn* plug_in) {
  auto* procedure = gimp_image_procedure_new(plug_in, learn_procedure, GIMP_PDB_PROC_TYPE_PLUGIN,
                                             call_learn, nullptr, nullptr);
  put_into_menu(procedure, _("Learn Style from Layer..."), filters_menu);
  gimp_procedure_set_documentation(
      procedure,
      _("Teaches Fast Style Transfer a further style, from the selected part of a layer."),
      _("The style is kept in the user's own folder and is among Fast Style Transfer's styles at "
        "once, where it can be renamed and removed. A stop or a failure leaves nothing behind."),
      nullptr);
  gimp_procedure_add_string_argument(procedure, "name", _("Name"),
                                     _("What the style is to be called: a-z, 0-9, '.', '_' and "
                                       "'-'; empty takes the layer's name."),
                                     "", G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(
      procedure, "model", _("For the model"), _("The model that is to paint in the style."),
      std::get<std::string>(model_row().initial).c_str(), G_PARAM_READWRITE);
  for (const pastiche::Param& row : lesson_rows()) add_setting(procedure, row);
  gimp_procedure_add_string_return_value(procedure, "style", _("Style"), _("The new style's name."),
                                         "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value(
      procedure, "file", _("File"), _("The path of the new style's file."), "", G_PARAM_READWRITE);
  return procedure;
}
