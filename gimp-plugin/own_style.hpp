#pragma once

#include <libgimp/gimpui.h>

#include <string>

#include "pastiche/models.hpp"

/// What a person types as a name ("Dusk at Sea, 2") as a model may be called
/// ("dusk-at-sea-2"); "" when nothing of it is left.
std::string model_name_from(const std::string& typed);

/// Asks for another name of a style that the user learnt, and gives it to the
/// model. Returns the style's name, "" when it was left as it is.
std::string rename_own_style(GtkWidget* window, const pastiche::OfferedStyle& style);

/// Asks whether to delete such a style, and does it. Returns whether it did.
bool remove_own_style(GtkWidget* window, const pastiche::OfferedStyle& style);

/// Until GIMP ends, or a dialog of fast-style has shown it: which style was
/// learnt last, of which model.
void remember_learnt_style(const std::string& model, const std::string& style);

/// Sets the model and the style that were remembered, if there are such.
void choose_learnt_style(GimpProcedureConfig* config);
