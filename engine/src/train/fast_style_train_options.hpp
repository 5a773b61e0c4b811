#pragma once

#include "train/train_options.hpp"

namespace pastiche {

/// A transformer network for several styles with perceptual losses (Johnson et
/// al. 2016; Dumoulin et al. 2017), or new styles for one that is there. Style
/// losses compare mean and covariance of the features, relative to the style's;
/// content losses are relative too.
struct FastStyleTrainOptions {
  std::string styles = "";     ///< "name=picture.jpg,name=picture.jpg", or a folder
  std::string name = "";       ///< of the pictures given as "style"; "" = the output file's
  std::string from = "";       ///< transformer to start from: a model's name, or a file; "" = none
  std::string learn = "auto";  ///< "norm": a style file for `from`; "all": a whole network; "auto":
                               ///< norm with `from` and pictures given as "style", else all
  std::string encoder = "pastiche-encoder";
  std::string statistics = "pastiche-encoder";  ///< encoder to keep the styles' statistics of;
                                                ///< "" = none
  std::string models = "";
  std::string strokes = "";  ///< longest sides of the style pictures, px: "384,768";
                             ///< "" = those of `from`, else 512
  int width = 24;            ///< channels of the first convolution
  int residuals = 5;
  double content_weight = 1;
  double style_weight = 3;
  double tv_weight = 10;
  double lattice_weight = 500;
  double adversarial_weight = 0;                        ///< 0 = no discriminator
  double adversarial_rate = 0.0004;                     ///< the discriminator's learning rate
  LoopOptions loop = {.steps = 0, .learning_rate = 0};  ///< 0 = what suits `learn`
};

/// The options with `learn` decided, and steps and learning rate set where they
/// are 0. `given`: how many style pictures came as "style". Throws BadSetting.
PASTICHE_API FastStyleTrainOptions suited(FastStyleTrainOptions options, std::size_t given);

extern const Trainer fast_style_trainer;
PASTICHE_API FastStyleTrainOptions fast_style_train_options(const Settings& settings);

}  // namespace pastiche
