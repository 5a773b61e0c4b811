#pragma once

#include <libgimp/gimp.h>

#include <string>

#include "calling.hpp"
#include "subject.hpp"

/// What is learnt from it is called unless told: after the layer, or after
/// the file when that has no other layer.
std::string default_name(const Subject& subject, const Target& target);

/// Shows what is to be learnt and asks for the rest. On OK `config` holds what
/// the user chose, `name` as a model may be called; returns false on Cancel.
bool ask_lesson(GimpProcedure* procedure, GimpProcedureConfig* config, const Subject& subject,
                const Target& target);
