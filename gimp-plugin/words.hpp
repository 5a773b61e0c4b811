#pragma once

#include <glib.h>

#include <string>
#include <string_view>

/// printf into a string, for sentences made from a translated format.
std::string words(const char* format, ...) G_GNUC_PRINTF(1, 2);

/// What a dialog shows for a choice of a setting: "cuda" is "Graphics card
/// (CUDA)", in the user's language. A choice without a text of its own is shown
/// as it is.
std::string choice_label(std::string_view setting, const char* choice);

/// The engine's words on what it is doing ("Step 3 of 200") in the user's
/// language; as they are where there is no translation.
std::string translated(std::string_view doing);

/// "starry-night" as people write it: "Starry Night".
std::string title_of(const std::string& name);

/// Why GIMP's last procedure failed: one line without a full stop, to put in brackets.
std::string last_reason();
