#pragma once

#include <libgimp/gimp.h>

#include <string>

#include "pastiche/filter.hpp"

/// "plug-in-pastiche-gatys"
std::string pdb_name(const pastiche::Filter& filter);

/// The filter as a procedure of GIMP's: an argument for each of its pictures
/// and settings, `output`, and the drawable with the result as return value.
/// A setting with choices is a string argument: GIMP takes an unknown choice for
/// the default in silence, read_settings() refuses it.
GimpProcedure* make_procedure(GimpPlugIn* plug_in, const pastiche::Filter& filter,
                              GimpRunImageFunc run);

/// Menu entry, icon, authors, and the kinds of image it is for.
void put_into_menu(GimpProcedure* procedure, const std::string& label);

/// A setting as an argument.
void add_setting(GimpProcedure* procedure, const pastiche::Param& param);

/// Throws BadSetting for what the setting's row rules out.
void read_setting(GimpProcedureConfig* config, const char* name, pastiche::Settings& settings);

/// Throws BadSetting for what the filter's table rules out.
pastiche::Settings read_settings(const pastiche::Filter& filter, GimpProcedureConfig* config);

/// Throws BadSetting for what is not in `outputs` (output.hpp).
std::string read_output(GimpProcedureConfig* config);
