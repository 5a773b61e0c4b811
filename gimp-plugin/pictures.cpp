#include "pictures.hpp"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

#include "calling.hpp"
#include "drawable.hpp"
#include "words.hpp"

namespace {

using pastiche::Image;
using pastiche::Input;

std::string argument(const Input& input, const char* ending) {
  return std::string(input.name) + ending;
}

Image read_whole(GimpDrawable* drawable) {
  return read_pixels(drawable,
                     {0, 0, gimp_drawable_get_width(drawable), gimp_drawable_get_height(drawable)});
}

/// An image that is open only while it is read.
struct OpenImage {
  GimpImage* image;
  ~OpenImage() {
    if (image) gimp_image_delete(image);
  }
};

Image load(const std::string& path) {
  g_autoptr(GFile) file = g_file_new_for_commandline_arg(path.c_str());
  const char* local = g_file_peek_path(file);
  if (!local) refuse(words(_("\"%s\" is not a file on this machine."), path.c_str()));
  if (!g_file_test(local, G_FILE_TEST_EXISTS))
    refuse(words(_("There is no file \"%s\"."), path.c_str()));
  if (!g_file_test(local, G_FILE_TEST_IS_REGULAR))
    refuse(words(_("\"%s\" is not a picture file."), path.c_str()));
  const OpenImage open = {gimp_file_load(GIMP_RUN_NONINTERACTIVE, file)};
  if (!open.image)
    refuse(
        words(_("GIMP cannot read the picture \"%s\" (%s)."), path.c_str(), last_reason().c_str()));
  GimpLayer* merged = gimp_image_merge_visible_layers(open.image, GIMP_CLIP_TO_IMAGE);
  if (!merged) refuse(words(_("The picture \"%s\" has no visible layer."), path.c_str()));
  return read_whole(GIMP_DRAWABLE(merged));
}

std::string sha256_of(const std::string& path) {
  g_autoptr(GFile) file = g_file_new_for_commandline_arg(path.c_str());
  g_autoptr(GMappedFile) mapped = g_mapped_file_new(g_file_peek_path(file), FALSE, nullptr);
  if (!mapped) return "";
  g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(mapped);
  g_autofree char* sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
  return sum;
}

std::vector<std::string> paths(const Input& input, GimpProcedureConfig* config) {
  std::vector<std::string> all;
  g_autofree char* one = nullptr;
  g_object_get(config, file_argument(input).c_str(), &one, nullptr);
  if (one && *one) all.emplace_back(one);
  if (input.max > 1) {
    g_auto(GStrv) more = nullptr;
    g_object_get(config, files_argument(input).c_str(), &more, nullptr);
    for (char** path = more; path && *path; ++path)
      if (**path) all.emplace_back(*path);
  }
  return all;
}

void read_input(const Input& input, GimpProcedureConfig* config, Gathered& gathered) {
  std::vector<Image> images;
  for (const std::string& path : paths(input, config)) {
    images.push_back(load(path));
    gathered.sources.push_back({input.name, path, sha256_of(path)});
  }
  g_autoptr(GimpDrawable) layer = nullptr;
  g_object_get(config, layer_argument(input).c_str(), &layer, nullptr);
  if (layer) {
    images.push_back(read_whole(layer));
    gathered.sources.push_back({input.name, name_of(GIMP_ITEM(layer)), ""});
  }
  if (int(images.size()) < input.min)
    refuse(words(_("No picture is given for \"%s\": choose a file or a layer (the arguments %s and "
                   "%s)."),
                 _(input.label), file_argument(input).c_str(), layer_argument(input).c_str()));
  if (!images.empty()) gathered.pictures[input.name] = std::move(images);
}

}  // namespace

std::string file_argument(const Input& input) { return argument(input, "-file"); }
std::string files_argument(const Input& input) { return argument(input, "-files"); }
std::string layer_argument(const Input& input) { return argument(input, "-layer"); }

bool is_extra(const pastiche::Filter& filter, const Input& input) {
  return &input != &filter.inputs.front();
}

void add_picture_arguments(GimpProcedure* procedure, const Input& input) {
  const char* label = _(input.label);
  const std::string help = words("%s %s", _(input.help), _("The path of a picture file."));
  gimp_procedure_add_string_argument(procedure, file_argument(input).c_str(), label, help.c_str(),
                                     "", G_PARAM_READWRITE);
  if (input.max > 1) {
    const std::string more = words("%s %s", _(input.help), _("The paths of further files."));
    gimp_procedure_add_string_array_argument(procedure, files_argument(input).c_str(), label,
                                             more.c_str(), G_PARAM_READWRITE);
  }
  const std::string layer = words("%s %s", _(input.help), _("A layer of any open image."));
  gimp_procedure_add_drawable_argument(procedure, layer_argument(input).c_str(), label,
                                       layer.c_str(), TRUE, G_PARAM_READWRITE);
}

Gathered read_pictures(const pastiche::Filter& filter, GimpProcedureConfig* config) {
  Gathered gathered;
  for (const Input& input : filter.inputs)
    if (is_extra(filter, input)) read_input(input, config, gathered);
  return gathered;
}

std::optional<pastiche::Sizes> picture_sizes(const pastiche::Filter& filter,
                                             GimpProcedureConfig* config) {
  pastiche::Sizes sizes;
  for (const Input& input : filter.inputs) {
    if (!is_extra(filter, input)) continue;
    std::vector<pastiche::PictureSize> found;
    for (const std::string& path : paths(input, config)) {
      pastiche::PictureSize size;
      g_autoptr(GFile) file = g_file_new_for_commandline_arg(path.c_str());
      const char* local = g_file_peek_path(file);
      if (!local || !gdk_pixbuf_get_file_info(local, &size.width, &size.height))
        return std::nullopt;
      found.push_back(size);
    }
    g_autoptr(GimpDrawable) layer = nullptr;
    g_object_get(config, layer_argument(input).c_str(), &layer, nullptr);
    if (layer) found.push_back({gimp_drawable_get_width(layer), gimp_drawable_get_height(layer)});
    if (!found.empty()) sizes[input.name] = std::move(found);
  }
  return sizes;
}
