#pragma once

#include <libgimp/gimp.h>

#include <span>
#include <string>

#include "pastiche/filter.hpp"

/// "plug-in-pastiche-gatys"
std::string pdb_name(const pastiche::Filter& filter);

/// "plug-in-pastiche-generate-image": of a filter that makes pictures, the
/// procedure that needs no image.
std::string image_pdb_name(const pastiche::Filter& filter);

/// Whether a filter makes pictures and needs none: no layer must be selected.
bool makes_pictures(const pastiche::Filter& filter);

/// The filter as a procedure of GIMP's: an argument for each of its pictures
/// and settings, `output`, and the drawables with the result as return value.
/// A setting with choices is a string argument: GIMP takes an unknown choice for
/// the default in silence, read_settings() refuses it.
GimpProcedure* make_procedure(GimpPlugIn* plug_in, const pastiche::Filter& filter,
                              GimpRunImageFunc run);

/// The procedure image_pdb_name(), in the menu File > Create.
GimpProcedure* make_image_procedure(GimpPlugIn* plug_in, const pastiche::Filter& filter,
                                    GimpRunFunc run);

/// Menu entry, icon, authors, and the kinds of image it is for.
void put_into_menu(GimpProcedure* procedure, const std::string& label, const char* path);

/// The menu of all filters that work on a layer.
inline constexpr const char* filters_menu = "<Image>/Filters/Pastiche";

/// A setting as an argument.
void add_setting(GimpProcedure* procedure, const pastiche::Param& param);

/// The filter's settings as `procedure` has them: with an image, a width and a
/// height of 0 mean its selection's, or else the canvas'.
pastiche::Params rows_of(GimpProcedure* procedure, const pastiche::Filter& filter);

/// Throws BadSetting for what the setting's row rules out.
void read_setting(GimpProcedureConfig* config, const char* name, pastiche::Settings& settings);

/// Throws BadSetting for what the filter's table rules out. `area`: what a width
/// and a height of 0 stand for; without one they stay what they are.
pastiche::Settings read_settings(const pastiche::Filter& filter, GimpProcedureConfig* config,
                                 const GeglRectangle* area = nullptr);

/// What `output` may be: where a result goes. The first is the default.
std::span<const char* const> outputs_of(const pastiche::Filter& filter);

/// Throws BadSetting for what is not in outputs_of().
std::string read_output(const pastiche::Filter& filter, GimpProcedureConfig* config);

/// Of a filter that makes pictures and can take one: the argument that makes the
/// selected layer that picture.
inline constexpr const char* from_layer = "from-layer";
bool can_take_layer(GimpProcedure* procedure, const pastiche::Filter& filter);
