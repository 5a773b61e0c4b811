#pragma once

#include <libintl.h>

#include <format>
#include <string>

/// The translation of a sentence, in the words of this program.
inline const char* _(const char* text) { return dgettext("pastiche", text); }

namespace pastiche::cli {

/// A translated sentence with its values filled in: say(_("{} is a folder."), path). Numbers are
/// written as in the C locale.
template <class... Values>
std::string say(const char* translated, const Values&... values) {
  return std::vformat(translated, std::make_format_args(values...));
}

}  // namespace pastiche::cli
