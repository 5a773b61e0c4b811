#include "procedure.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <string_view>

#include "folders.hpp"
#include "output.hpp"
#include "pictures.hpp"
#include "words.hpp"

namespace {

using pastiche::Filter;
using pastiche::Param;

constexpr const char* output_name = "output";
constexpr const char* outputs[] = {"replace", "new-layer", "new-image"};

bool is_size(const Param& p) {
  const std::string_view name = p.name;
  return name == "width" || name == "height";
}

bool has_image(GimpProcedure* procedure) { return GIMP_IS_IMAGE_PROCEDURE(procedure); }

/// "cpu, cuda": for the help of an argument.
template <class Choices>
std::string joined(const Choices& choices) {
  std::string text;
  for (const char* choice : choices) text += (text.empty() ? "" : ", ") + std::string(choice);
  return text;
}

void add_text(GimpProcedure* procedure, const Param& p, const std::string& initial) {
  std::string help = _(p.help);
  if (!p.choices.empty()) help += " (" + joined(p.choices) + ")";
  gimp_procedure_add_string_argument(procedure, p.name, _(p.label), help.c_str(), initial.c_str(),
                                     G_PARAM_READWRITE);
}

}  // namespace

void add_setting(GimpProcedure* procedure, const Param& p) {
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

void add_output(GimpProcedure* procedure, const Filter& filter) {
  const auto choices = outputs_of(filter);
  const std::string help = words("%s (%s)", _("Where the result goes."), joined(choices).c_str());
  gimp_procedure_add_string_argument(procedure, output_name, _("Result in"), help.c_str(),
                                     choices[0], G_PARAM_READWRITE);
}

void document(GimpProcedure* procedure, const Filter& filter) {
  const char* help =
      makes_pictures(filter)
          ? _("Makes new layers, as one undo step. Every failure is an error with a sentence that "
              "says why; how each was made is kept in its parasite \"pastiche-recipe\".")
          : _("Works on the selected part of one layer, layer mask or channel, as one undo step. "
              "Every failure is an error with a sentence that says why; how the result was made is "
              "kept in the parasite \"pastiche-recipe\" of the layer that is returned.");
  gimp_procedure_set_documentation(procedure, _(filter.help), help, nullptr);
}

void add_results(GimpProcedure* procedure, const Filter& filter) {
  if (makes_pictures(filter))
    gimp_procedure_add_core_object_array_return_value(procedure, "layers", _("Layers"),
                                                      _("The new layers, the lowest first."),
                                                      GIMP_TYPE_LAYER, G_PARAM_READWRITE);
  else
    gimp_procedure_add_drawable_return_value(
        procedure, "result", _("Result"),
        _("The drawable with the result: the one given, the new layer, or that of the new image."),
        TRUE, G_PARAM_READWRITE);
}

/// What all procedures of a filter have.
void add_filter(GimpProcedure* procedure, const Filter& filter, const char* menu) {
  put_into_menu(procedure, words("%s...", _(filter.label)), menu);
  document(procedure, filter);
  for (const Param& row : rows_of(procedure, filter)) add_setting(procedure, row);
  add_results(procedure, filter);
}

}  // namespace

std::string pdb_name(const Filter& filter) {
  return std::string("plug-in-pastiche-") + filter.name;
}

std::string image_pdb_name(const Filter& filter) { return pdb_name(filter) + "-image"; }

bool makes_pictures(const Filter& filter) {
  return std::ranges::all_of(filter.inputs, [](const auto& input) { return input.min == 0; });
}

void put_into_menu(GimpProcedure* procedure, const std::string& label, const char* path) {
  if (has_image(procedure)) gimp_procedure_set_image_types(procedure, "RGB*, GRAY*");
  gimp_procedure_set_menu_label(procedure, label.c_str());
  gimp_procedure_add_menu_path(procedure, path);
  gimp_procedure_set_attribution(procedure, "The Pastiche authors", "The Pastiche authors", "2026");
  g_autoptr(GFile) icon = g_file_new_for_path(own_file("pastiche.svg").c_str());
  if (g_file_query_exists(icon, nullptr)) gimp_procedure_set_icon_file(procedure, icon);
}

GimpProcedure* make_procedure(GimpPlugIn* plug_in, const Filter& filter, GimpRunImageFunc run) {
  auto* procedure =
      gimp_image_procedure_new(plug_in, pdb_name(filter).c_str(), GIMP_PDB_PROC_TYPE_PLUGIN, run,
                               const_cast<Filter*>(&filter), nullptr);
  for (const pastiche::Input& input : filter.inputs)
    if (is_extra(filter, input)) add_picture_arguments(procedure, input);
  add_filter(procedure, filter,
             makes_pictures(filter) ? "<Image>/Filters/Render/Pastiche" : filters_menu);
  if (makes_pictures(filter))
    gimp_procedure_set_sensitivity_mask(procedure, GIMP_PROCEDURE_SENSITIVE_DRAWABLE |
                                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                                                       GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES);
  if (can_take_layer(procedure, filter))
    gimp_procedure_add_boolean_argument(
        procedure, from_layer, _("From the layer"),
        _("Rebuild and vary the selected part of the selected layer, with a model that can (VAE)."),
        FALSE, G_PARAM_READWRITE);
  add_output(procedure, filter);
  return procedure;
}

GimpProcedure* make_image_procedure(GimpPlugIn* plug_in, const Filter& filter, GimpRunFunc run) {
  auto* procedure =
      gimp_procedure_new(plug_in, image_pdb_name(filter).c_str(), GIMP_PDB_PROC_TYPE_PLUGIN, run,
                         const_cast<Filter*>(&filter), nullptr);
  gimp_procedure_add_enum_argument(procedure, "run-mode", _("Run mode"),
                                   _("Whether to ask for the settings."), GIMP_TYPE_RUN_MODE,
                                   GIMP_RUN_NONINTERACTIVE, G_PARAM_READWRITE);
  add_filter(procedure, filter, "<Image>/File/Create/Pastiche");
  return procedure;
}

pastiche::Params rows_of(GimpProcedure* procedure, const Filter& filter) {
  pastiche::Params rows = filter.params;
  if (!makes_pictures(filter) || !has_image(procedure)) return rows;
  for (Param& row : rows) {
    if (!is_size(row)) continue;
    row.initial = 0;
    row.min = 0;
    row.help = N_("Of the picture, in pixels; 0 takes that of the selection, or of the canvas.");
  }
  return rows;
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

pastiche::Settings read_settings(const Filter& filter, GimpProcedureConfig* config,
                                 const GeglRectangle* area) {
  pastiche::Settings settings(filter.params);
  for (const Param& p : filter.params) {
    int pixels = 0;
    if (area && is_size(p)) g_object_get(config, p.name, &pixels, nullptr);
    if (area && is_size(p) && pixels == 0)
      settings.set(p.name, p.name == std::string_view("width") ? area->width : area->height);
    else
      read_setting(config, p.name, settings);
  }
  return settings;
}

std::span<const char* const> outputs_of(const Filter& filter) {
  return std::span(outputs).subspan(makes_pictures(filter) ? 1 : 0);  // nothing to replace
}

std::string read_output(const Filter& filter, GimpProcedureConfig* config) {
  g_autofree char* text = nullptr;
  g_object_get(config, output_name, &text, nullptr);
  const std::string given = text ? text : "";
  const auto choices = outputs_of(filter);
  if (std::ranges::count(choices, given)) return given;
  throw pastiche::Error(pastiche::Error::Kind::BadSetting,
                        words(_("output is \"%s\", but must be one of: %s."), given.c_str(),
                              joined(choices).c_str()));
}

bool can_take_layer(GimpProcedure* procedure, const Filter& filter) {
  return has_image(procedure) && makes_pictures(filter) && !filter.inputs.empty();
}
