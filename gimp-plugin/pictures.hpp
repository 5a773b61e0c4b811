#pragma once

#include <libgimp/gimp.h>

#include <optional>
#include <string>
#include <vector>

#include "pastiche/filter.hpp"
#include "pastiche/prediction.hpp"
#include "pastiche/recipe.hpp"

/// The arguments of one of a filter's pictures besides the layer it works on:
/// `<input>-file` (a path), `<input>-layer` (a drawable of any open image) and,
/// where there may be several, `<input>-files` (paths). All are optional, and add up.
std::string file_argument(const pastiche::Input& input);
std::string files_argument(const pastiche::Input& input);
std::string layer_argument(const pastiche::Input& input);

/// Whether the picture comes from arguments: all but the first, which is the layer.
bool is_extra(const pastiche::Filter& filter, const pastiche::Input& input);

void add_picture_arguments(GimpProcedure* procedure, const pastiche::Input& input);

/// Pictures as given, and where they came from.
struct Gathered {
  pastiche::Pictures pictures;
  std::vector<pastiche::Recipe::Source> sources;
};

/// Reads what the arguments name: files by GIMP's own loaders, in any format it
/// opens, as they look with all layers together. Throws BadImage with the
/// picture's name and the reason.
Gathered read_pictures(const pastiche::Filter& filter, GimpProcedureConfig* config);

/// The sizes of what the arguments name, by the files' headers; nothing when one cannot be told so.
std::optional<pastiche::Sizes> picture_sizes(const pastiche::Filter& filter,
                                             GimpProcedureConfig* config);
