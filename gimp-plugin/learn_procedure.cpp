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

/// The filter's row that names a model: its default is ours.
const pastiche::Param& model_row(const Subject& subject) {
  const auto& rows = filter_of(subject).params;
  return *std::ranges::find_if(
      rows, [](const auto& row) { return std::string_view(row.name) == "model"; });
}

Lesson read_lesson(const Subject& subject, GimpProcedureConfig* config, const Target& target,
                   const Findings& found) {
  Lesson lesson = {.subject = subject,
                   .name = text_of(config, "name"),
                   .model = text_of(config, "model"),
                   .settings = pastiche::Settings(trainer_of(subject).params),
                   .picture = {}};
  if (lesson.name.empty()) lesson.name = free_name(found, default_name(subject, target));
  check_name(found, lesson.name);
  for (const pastiche::Param& row : rows_of(subject))
    read_setting(config, row.name, lesson.settings);
  lesson.settings.set("from", lesson.model);
  lesson.settings.set("learn", std::string(subject.learn));
  lesson.picture = read_pixels(target.drawable, target.area);
  return lesson;
}

Learnt learn_in_status_bar(const Lesson& lesson) {
  Learnt learnt;
  run_with_progress(_(lesson.subject.label),
                    [&](const pastiche::Progress& progress) { learnt = learn(lesson, progress); });
  if (!learnt.advice.empty()) g_message("%s", learnt.advice.c_str());
  return learnt;
}

GimpValueArray* call_learn(GimpProcedure* procedure, GimpRunMode mode, GimpImage* image,
                           GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data) {
  return answered(procedure, [&] {
    const auto& subject = *static_cast<const Subject*>(data);
    gegl_init(nullptr, nullptr);
    const Target target = find_target(image, drawables);
    // The last one's name is taken.
    if (mode != GIMP_RUN_NONINTERACTIVE) g_object_set(config, "name", "", nullptr);
    if (mode == GIMP_RUN_INTERACTIVE && !ask_lesson(procedure, config, subject, target))
      return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);

    const Lesson lesson = read_lesson(subject, config, target, find_out(""));
    const Learnt learnt =
        mode == GIMP_RUN_INTERACTIVE ? learn_in_window(lesson) : learn_in_status_bar(lesson);
    if (mode != GIMP_RUN_NONINTERACTIVE)
      remember_learnt(subject.filter, subject.by_itself ? lesson.name : lesson.model,
                      subject.by_itself ? "" : lesson.name);
    GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
    GIMP_VALUES_SET_STRING(values, 1, lesson.name.c_str());
    GIMP_VALUES_SET_STRING(values, 2, learnt.file.c_str());
    return values;
  });
}

}  // namespace

GimpProcedure* make_learn_procedure(GimpPlugIn* plug_in, const Subject& subject) {
  auto* procedure = gimp_image_procedure_new(plug_in, subject.procedure, GIMP_PDB_PROC_TYPE_PLUGIN,
                                             call_learn, const_cast<Subject*>(&subject), nullptr);
  put_into_menu(procedure, words("%s...", _(subject.label)), filters_menu);
  gimp_procedure_set_documentation(procedure, _(subject.blurb), _(subject.help), nullptr);
  const std::string help = words(_("%s: a-z, 0-9, '.', '_' and '-'; empty takes the layer's name."),
                                 _(subject.name_help));
  gimp_procedure_add_string_argument(procedure, "name", _("Name"), help.c_str(), "",
                                     G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(
      procedure, "model", _(subject.base_label), _(subject.base_help),
      std::get<std::string>(model_row(subject).initial).c_str(), G_PARAM_READWRITE);
  for (const pastiche::Param& row : rows_of(subject)) add_setting(procedure, row);
  gimp_procedure_add_string_return_value(procedure, subject.setting, _("Name"),
                                         _("The name of what was learnt."), "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value(procedure, "file", _("File"), _("The path of its file."),
                                         "", G_PARAM_READWRITE);
  return procedure;
}
