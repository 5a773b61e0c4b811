#include "procedure.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "folders.hpp"
#include "output.hpp"
#include "pictures.hpp"
#include "words.hpp"

namespace {

constexpr const char* output_name = "output";

/// "cpu, cuda": for the help of an argument.
template <class Choices>
std::string joined(const Choices& choices) {
  std::string text;
  for (const char* choice : choices) text += (text.empty() ? "" : ", ") + std::string(choice);
  return text;
}

void add_text(GimpProcedure* procedure, const pastiche::Param& p, const std::string& initial) {
  std::string help = _(p.help);
  if (!p.choices.empty()) help += " (" + joined(p.choices) + ")";
  gimp_procedure_add_string_argument(procedure, p.name, _(p.label), help.c_str(), initial.c_str(),
                                     G_PARAM_READWRITE);
}

}  // namespace

void add_setting(GimpProcedure* procedure, const pastiche::Param& p) {
  const char *label = _(p.label), *help = _(p.help);
  if (auto* on = std::get_if<bool>(&p.initial))
    gimp_procedure_add_boolean_argument(procedure, p.name, label, help, *on, G_PARAM_READWRITE);
  if (auto* whole = std::get_if<int>(&p.initial))
    gimp_procedure_add_int_argument(procedure, p.name, label, help, int(p.min), int(p.max), *whole,
                                    G_PARAM_READWRITE);
  if (auto* real = std::get_if<double>(&p.initial))
    gimp_procedure_add_double_argument(procedure, p.name, label, help, p.min, p.max, *real,
                                       G_PARAM_READWRITE);
  if (auto* text = std::get_if<std::string>(&p.initial)) add_text(procedure, p, *text);
}

namespace {

void add_output(GimpProcedure* procedure) {
  const std::string help = words("%s (%s)", _("Where the result goes."), joined(outputs).c_str());
  gimp_procedure_add_string_argument(procedure, output_name, _("Result in"), help.c_str(),
                                     outputs[0], G_PARAM_READWRITE);
}

}  // namespace

std::string pdb_name(const pastiche::Filter& filter) {
  return std::string("plug-in-pastiche-") + filter.name;
}

void put_into_menu(GimpProcedure* procedure, const std::string& label) {
  gimp_procedure_set_image_types(procedure, "RGB*, GRAY*");
  gimp_procedure_set_menu_label(procedure, label.c_str());
  gimp_procedure_add_menu_path(procedure, "<Image>/Filters/Pastiche");
  gimp_procedure_set_attribution(procedure, "The Pastiche authors", "The Pastiche authors", "2026");
  g_autoptr(GFile) icon = g_file_new_for_path(own_file("pastiche.svg").c_str());
  if (g_file_query_exists(icon, nullptr)) gimp_procedure_set_icon_file(procedure, icon);
}

GimpProcedure* make_procedure(GimpPlugIn* plug_in, const pastiche::Filter& filter,
                              GimpRunImageFunc run) {
  auto* procedure =
      gimp_image_procedure_new(plug_in, pdb_name(filter).c_str(), GIMP_PDB_PROC_TYPE_PLUGIN, run,
                               const_cast<pastiche::Filter*>(&filter), nullptr);
  put_into_menu(procedure, words("%s...", _(filter.label)));
  gimp_procedure_set_documentation(
      procedure, _(filter.help),
      _("Works on the selected part of one layer, layer mask or channel, as one undo step. Every "
        "failure is an error with a sentence that says why; how the result was made is kept in "
        "the parasite \"pastiche-recipe\" of the layer that is returned."),
      nullptr);

  for (const pastiche::Input& input : filter.inputs)
    if (is_extra(filter, input)) add_picture_arguments(procedure, input);
  for (const pastiche::Param& param : filter.params) add_setting(procedure, param);
  add_output(procedure);
  gimp_procedure_add_drawable_return_value(
      procedure, "result", _("Result"),
      _("The drawable with the result: the one given, the new layer, or that of the new image."),
      TRUE, G_PARAM_READWRITE);
  return procedure;
}

void read_setting(GimpProcedureConfig* config, const char* name, pastiche::Settings& settings) {
  g_auto(GValue) value = G_VALUE_INIT;
  g_object_get_property(G_OBJECT(config), name, &value);
  if (G_VALUE_HOLDS_BOOLEAN(&value)) settings.set(name, bool(g_value_get_boolean(&value)));
  if (G_VALUE_HOLDS_INT(&value)) settings.set(name, g_value_get_int(&value));
  if (G_VALUE_HOLDS_DOUBLE(&value)) settings.set(name, g_value_get_double(&value));
  if (!G_VALUE_HOLDS_STRING(&value)) return;
  const char* text = g_value_get_string(&value);
  settings.set(name, std::string(text ? text : ""));
}

pastiche::Settings read_settings(const pastiche::Filter& filter, GimpProcedureConfig* config) {
  pastiche::Settings settings(filter.params);
  for (const pastiche::Param& p : filter.params) read_setting(config, p.name, settings);
  return settings;
}

std::string read_output(GimpProcedureConfig* config) {
  g_autofree char* text = nullptr;
  g_object_get(config, output_name, &text, nullptr);
  const std::string given = text ? text : "";
  if (std::ranges::count(outputs, given)) return given;
  throw pastiche::Error(pastiche::Error::Kind::BadSetting,
                        words(_("output is \"%s\", but must be one of: %s."), given.c_str(),
                              joined(outputs).c_str()));
}
