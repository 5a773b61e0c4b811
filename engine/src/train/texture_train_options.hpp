#pragma once

#include "train/train_options.hpp"

namespace pastiche {

/// A network that makes textures of noise (Ulyanov et al. 2016; Bergmann et al. 2017), learnt from
/// one picture or several; or further textures for one that is there. Style losses are as
/// fast-style's.
struct TextureTrainOptions {
  std::string textures = "";   ///< "name=picture.jpg,name=picture.jpg", or a folder
  std::string name = "";       ///< of the pictures given as "texture"; "" = the output file's
  std::string from = "";       ///< texture model to start from: a name, or a file; "" = none
  std::string learn = "auto";  ///< "norm": further textures for the network of `from`; "all": a
                               ///< network of its own; "auto": all
  std::string encoder = "pastiche-encoder";
  std::string models = "";
  int size = 512;                   ///< longest side of the pictures, px; 0 = as they are
  int width = 24;                   ///< channels at the full size
  double adversarial_weight = 0.1;  ///< 0 = no discriminator
  double adversarial_rate = 0.0004;
  LoopOptions loop = {.steps = 0, .crop = 128, .learning_rate = 0.008};
};

/// The options with `learn` decided, and steps set where they are 0. Throws BadSetting.
PASTICHE_API TextureTrainOptions suited(TextureTrainOptions options);

extern const Trainer texture_trainer;
PASTICHE_API TextureTrainOptions texture_train_options(const Settings& settings);

}  // namespace pastiche
