#pragma once

#include <libgimp/gimpui.h>

#include <optional>
#include <string>

#include "pastiche/models.hpp"

/// What a person types as a name ("Dusk at Sea, 2") as a model may be called
/// ("dusk-at-sea-2"); "" when nothing of it is left.
std::string model_name_from(const std::string& typed);

/// Asks for another name of a style or texture that the user learnt, and gives it
/// to the model, which is returned; none when it was left as it is.
std::optional<pastiche::Model> rename_own(GtkWidget* window, const pastiche::OfferedStyle& style);

/// Asks whether to delete such a one, and does it. Returns whether it did.
bool remove_own(GtkWidget* window, const pastiche::OfferedStyle& style);

/// Until GIMP ends, or a dialog of the filter has shown it: what was learnt last for
/// it, and the model.
void remember_learnt(const char* filter, const std::string& model, const std::string& learnt);

/// Sets the model and `setting` to what was remembered for the filter, if anything.
void choose_learnt(const char* filter, GimpProcedureConfig* config, const char* setting);
