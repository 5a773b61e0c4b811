#include "picture/image_file.hpp"

#include <algorithm>
#include <new>

#include "pastiche/error.hpp"
#include "pastiche/recipe.hpp"
#include "pastiche/version.hpp"
#include "picture/colour.hpp"
#include "picture/formats.hpp"
#include "say.hpp"
#include "text.hpp"
#include "whole_file.hpp"

namespace pastiche::cli {
namespace {

std::string known_formats() {
  std::string names;
  for (const Format& format : formats())
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

Error bad_image(const std::string& path, std::string rest) {
  while (rest.ends_with('.')) rest.pop_back();  // some libraries end their words so
  return Error(Error::Kind::BadImage, in_quotes(path) + " " + rest + ".");
}

const Format& known_format(const std::string& path, ByteSpan file) {
  if (file.empty()) throw bad_image(path, _("is empty; a picture file is needed"));
  if (const Format* format = recognise(file)) return *format;
  throw bad_image(path, say(_("is of no known format; {} can be read"), known_formats()));
}

Origin origin_of(Raster& raster, ByteSpan file) {
  Origin origin;
  origin.grey = raster.colour == Raster::Colour::Grey;
  origin.alpha = raster.alpha;
  origin.depth = raster.depth;
  origin.ppi = raster.ppi;
  origin.lossless = raster.lossless;
  origin.texts = std::move(raster.texts);
  std::erase_if(origin.texts, [](const auto& text) { return text.first == recipe_key; });
  origin.metadata = Metadata(file);
  // Ink cannot be kept: the result is light, so sRGB.
  if (raster.colour != Raster::Colour::Cmyk) origin.icc = raster.icc;
  return origin;
}

/// A profile for another kind of pixels than it came with is no use to anyone.
void drop_wrong_profile(Raster& raster) {
  constexpr ProfileSpace fitting[] = {ProfileSpace::Grey, ProfileSpace::Rgb, ProfileSpace::Cmyk};
  if (!raster.icc.empty() && profile_space(raster.icc) != fitting[int(raster.colour)])
    raster.icc.clear();
}

}  // namespace

Picture parse_picture(Bytes file, const std::string& name) try {
  const Format& format = known_format(name, file);
  try {
    Raster raster = format.decode(file);
    drop_wrong_profile(raster);
    Picture picture;
    picture.sha256 = sha256_of(file);
    picture.origin = origin_of(raster, file);
    Bytes().swap(file);
    picture.image = to_image(raster, picture.origin.metadata.orientation());
    return picture;
  } catch (const Unreadable& e) {
    throw bad_image(name, e.what());
  }
} catch (const std::bad_alloc&) {
  throw Error(Error::Kind::OutOfMemory,
              say(_("{} does not fit into memory; a smaller picture would."), in_quotes(name)));
}

Picture read_picture(const std::string& path) { return parse_picture(read_whole_file(path), path); }

Extent read_extent(const std::string& path) {
  constexpr int first_lying = 5;  // of EXIF's orientations
  const Bytes file = read_whole_file(path);
  try {
    const Extent lies = known_format(path, file).measure(file);
    const bool turned = Metadata(file).orientation() >= first_lying;
    return turned ? Extent{lies.height, lies.width} : lies;
  } catch (const Unreadable& e) {
    throw bad_image(path, e.what());
  }
}

std::string read_recipe(const std::string& path) {
  const Bytes file = read_whole_file(path);
  const Format& format = known_format(path, file);
  try {
    for (const auto& [key, text] : format.decode(file).texts)
      if (key == recipe_key) return text;
  } catch (const Unreadable& e) {
    throw bad_image(path, e.what());
  }
  return Metadata(file).recipe();
}

void check_output(const std::string& path) {
  if (!format_for(path))
    throw Error(Error::Kind::BadSetting,
                say(_("{} names no known picture format; .png, .jpg, .tif and .webp do."),
                    in_quotes(path)));
  check_writable(path);
}

namespace {

/// The nearest the format can hold to what was asked or came in.
int depth_for(const Format& format, int wanted) {
  const auto enough = std::ranges::find_if(format.depths, [&](int d) { return d >= wanted; });
  return enough == format.depths.end() ? format.depths.back() : *enough;
}

Raster raster_for(const Format& format, Image&& image, const Origin& origin,
                  const OutputOptions& options) {
  const bool grey = origin.grey && is_grey(image);
  const bool kept_profile = origin.grey == grey;
  const Holding holding = {
      .colour = grey && format.grey ? Raster::Colour::Grey : Raster::Colour::Rgb,
      .alpha = format.alpha && (origin.alpha || !is_opaque(image)),
      .depth = depth_for(format, options.depth ? options.depth : origin.depth),
      .icc = kept_profile && (!grey || format.grey) ? origin.icc : Bytes(),
  };
  Raster raster = to_raster(std::move(image), holding);
  raster.ppi = origin.ppi;
  return raster;
}

}  // namespace

void write_picture(const std::string& path, Image image, const Origin& origin,
                   const OutputOptions& options, const std::string& recipe, bool generated) try {
  const Format& format = *format_for(path);
  if (std::max(image.width, image.height) > format.max_side)
    throw Unwritable(say(_("{} holds {} pixels a side at most, and this is {} x {}"), format.name,
                         format.max_side, image.width, image.height));
  Raster raster = raster_for(format, std::move(image), origin, options);
  const bool in_text = &format == &formats().front() && !recipe.empty();
  raster.texts = origin.texts;
  if (in_text) raster.texts.emplace_back(recipe_key, recipe);
  Bytes file = format.encode(raster, options.quality);
  raster.samples = {};
  file = origin.metadata.put_into(std::move(file), raster.width, raster.height,
                                  {.recipe = in_text ? "" : recipe,
                                   .creator = std::string("Pastiche ") + version(),
                                   .generated = generated});
  write_whole_file(path, file);
} catch (const Unwritable& e) {
  throw Error(Error::Kind::Output, say(_("{} cannot be written: {}."), in_quotes(path), e.what()));
} catch (const std::bad_alloc&) {
  throw Error(Error::Kind::OutOfMemory, say(_("{} does not fit into memory."), in_quotes(path)));
}

}  // namespace pastiche::cli
