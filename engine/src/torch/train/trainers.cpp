#include "train/trainers.hpp"

#include <map>

#include "pastiche/error.hpp"

namespace pastiche {

Facts run_trainer(std::string_view name, const Pictures& pictures, const Settings& settings,
                  const std::string& output, const Progress& progress) {
  using Run = Facts (*)(const Pictures&, const Settings&, const std::string&, const Progress&);
  static const std::map<std::string_view, Run> runs = {
      {"encoder",
       [](const Pictures&, const Settings& settings, const std::string& output,
          const Progress& progress) {
         return train_encoder(encoder_train_options(settings), output, progress);
       }},
      {"fast-style",
       [](const Pictures& pictures, const Settings& settings, const std::string& output,
          const Progress& progress) {
         const auto styles = pictures.find("style");
         return train_fast_style(fast_style_train_options(settings),
                                 styles == pictures.end() ? std::vector<Image>() : styles->second,
                                 output, progress);
       }},
      {"texture",
       [](const Pictures& pictures, const Settings& settings, const std::string& output,
          const Progress& progress) {
         const auto textures = pictures.find("texture");
         return train_texture(texture_train_options(settings),
                              textures == pictures.end() ? std::vector<Image>() : textures->second,
                              output, progress);
       }},
      {"style-from-image",
       [](const Pictures&, const Settings& settings, const std::string& output,
          const Progress& progress) {
         return train_style_from_image(style_from_image_train_options(settings), output, progress);
       }},
      {"gan",
       [](const Pictures&, const Settings& settings, const std::string& output,
          const Progress& progress) {
         return train_gan(gan_train_options(settings), output, progress);
       }},
      {"vae",
       [](const Pictures&, const Settings& settings, const std::string& output,
          const Progress& progress) {
         return train_vae(vae_train_options(settings), output, progress);
       }},
  };
  return runs.at(name)(pictures, settings, output, progress);
}

}  // namespace pastiche
