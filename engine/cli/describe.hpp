#pragma once

#include <string>

#include "pastiche/filter.hpp"
#include "pastiche/trainer.hpp"

namespace pastiche::cli {

/// What `pastiche help` says of one table, made from its rows: on a terminal's 80 columns.
std::string help_of(const Filter& filter);
std::string help_of(const Trainer& trainer);

/// The manual's page of settings: a Markdown table for every filter, trainer and output file.
std::string settings_page();

/// One flag or command and what it does, the second in a column of its own, with a line's end.
std::string entry(const std::string& flag, const std::string& text);

/// `text` in lines of at most `columns`, each but the first indented by `indent` spaces.
std::string wrapped(const std::string& text, int columns, int indent);

}  // namespace pastiche::cli
