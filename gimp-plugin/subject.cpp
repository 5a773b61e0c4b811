#include "subject.hpp"

#include <glib/gi18n-lib.h>

namespace {

constexpr AskedFor effort = {
    "steps", N_("Effort"),
    N_("Steps of learning: more come nearer to the picture and take longer; 0 takes the usual "
       "number.")};

constexpr AskedFor of_style[] = {
    {"strokes", N_("Strokes"),
     N_("How coarse to paint: the longest side, in pixels, that the picture is looked at with, "
        "such as 512, or several, such as 384,768; empty takes those of the model.")},
    effort,
    {"data", N_("Photos to practise on"),
     N_("A folder of photos, or a file that 'pastiche pack' made; empty takes pictures that are "
        "drawn for it.")},
    {"device"},
};

constexpr AskedFor of_texture[] = {
    {"size", N_("Size"),
     N_("The longest side, in pixels, that the picture is looked at with, which sets how large the "
        "texture is; 0 takes it as it is.")},
    effort,
    {"device"},
};

constexpr Subject known[] = {
    {.trainer = "fast-style",
     .input = "style",
     .learn = "norm",
     .architecture = "style",
     .base = "transformer",
     .filter = "fast-style",
     .setting = "style",
     .by_itself = false,
     .procedure = "plug-in-pastiche-learn-style",
     .label = N_("Learn Style from Layer"),
     .blurb = N_("Teaches Fast Style Transfer a further style, from the selected part of a layer."),
     .help = N_("The style is kept in the user's own folder and is among Fast Style Transfer's "
                "styles at once, where it can be renamed and removed. A stop or a failure leaves "
                "nothing behind."),
     .base_label = N_("For the model"),
     .base_help = N_("The model that is to paint in the style."),
     .name_help = N_("What the style is to be called"),
     .note = N_("Learning takes some minutes. GIMP can be used meanwhile, and the learning be "
                "cancelled. The style is kept in %s."),
     .listed = N_("In the list of styles: %s"),
     .running = N_("Learning the style %s"),
     .learnt = N_("Fast Style Transfer paints in the style %s from now on: there it is chosen when "
                  "it is opened next, and can be renamed and removed."),
     .asked_for = of_style},
    {.trainer = "texture",
     .input = "texture",
     .learn = "all",
     .architecture = "texture",
     .base = "texture",
     .filter = "texture",
     .setting = "texture",
     .by_itself = true,
     .procedure = "plug-in-pastiche-learn-texture",
     .label = N_("Learn Texture from Layer"),
     .blurb = N_("Learns a texture of any size, that tiles, from the selected part of a layer."),
     .help =
         N_("The texture is kept in the user's own folder and is among the models of Texture "
            "(Filters > Render > Pastiche) at once, where it can be renamed and removed. A stop "
            "or a failure leaves nothing behind."),
     .base_label = N_("Begin with"),
     .base_help = N_("The model of textures that the learning begins with."),
     .name_help = N_("What the texture is to be called"),
     .note = N_("Learning takes some minutes. GIMP can be used meanwhile, and the learning be "
                "cancelled. The texture is kept in %s."),
     .listed = N_("In the list of models: %s"),
     .running = N_("Learning the texture %s"),
     .learnt = N_("Filters > Render > Pastiche > Texture makes %s from now on: there it is chosen "
                  "when it is opened next, and can be renamed and removed."),
     .asked_for = of_texture},
};

}  // namespace

std::span<const Subject> subjects() { return known; }

const pastiche::Trainer& trainer_of(const Subject& subject) {
  return pastiche::find_trainer(subject.trainer);
}

const pastiche::Filter& filter_of(const Subject& subject) {
  return pastiche::find_filter(subject.filter);
}

pastiche::Params rows_of(const Subject& subject) {
  pastiche::Params rows;
  for (const auto& [name, label, help] : subject.asked_for)
    for (pastiche::Param row : trainer_of(subject).params) {
      if (row.name != std::string_view(name)) continue;
      if (label) row.label = label;
      if (help) row.help = help;
      rows.push_back(row);
    }
  return rows;
}
