#pragma once

#include <libgimp/gimpui.h>

#include <string>

#include "pastiche/image.hpp"
#include "pastiche/models.hpp"

/// A place of `side` pixels, square, for a small picture: an icon until
/// show_thumbnail() has read one.
GtkWidget* thumbnail_place(int side);

/// Reads the picture file `path`, made to fit the place; what GTK cannot read
/// (but GIMP may) leaves the icon.
void show_thumbnail(GtkWidget* place, const std::string& path, int side);

/// Shows a picture, made to fit the place.
void show_picture(GtkWidget* place, const pastiche::Image& picture, int side);

/// Where the small picture of a style is, if it has one: beside the file of a
/// style that was learnt, in thumbnails/ beside a model that has many.
std::string thumbnail_of(const pastiche::OfferedStyle& style);

/// Where one learnt into `model_file` keeps its own. The name begins with the
/// file's, so that renaming and removing the model do it too.
std::string learnt_thumbnail(const std::filesystem::path& model_file);

/// The sample picture that styles are shown on; empty (0 x 0) when it is missing.
pastiche::Image sample_picture();

/// Writes a picture as JPEG; false when that fails.
bool save_thumbnail(const std::string& path, const pastiche::Image& picture);
