#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/trainer.hpp"

namespace pastiche {

/// What every trainer shares.
struct LoopOptions {
  std::string data = "";  ///< a folder of pictures, searched with its subfolders
  int steps = 4000;
  int batch = 4;
  int crop = 192;                ///< side of the squares learnt from, px
  double learning_rate = 0.001;  ///< at its peak; falls along a cosine to a hundredth
  int checkpoint_every = 100;    ///< steps
  CommonOptions common = {};
};

/// Distillation: a small VGG-shaped network learns a larger one's features,
/// each channel scaled to a mean activation of one (Gatys et al. 2015).
struct EncoderTrainOptions {
  std::string teacher = "vgg19-16x";  ///< a model's name, or a file
  std::string models = "";            ///< a further folder of models
  LoopOptions loop = {.steps = 3000, .batch = 8, .crop = 160};
};

/// A transformer network for several styles with perceptual losses (Johnson et
/// al. 2016; Dumoulin et al. 2017). Style losses compare mean and covariance
/// of the features, relative to the style's; content losses are relative too.
struct FastStyleTrainOptions {
  std::string styles = "";  ///< "name=picture.jpg,name=picture.jpg", or a folder
  std::string encoder = "pastiche-encoder";
  std::string models = "";
  int style_size = 512;  ///< longest side of the style pictures, px: sets the strokes' size
  int width = 24;        ///< channels of the first convolution
  int residuals = 5;
  double content_weight = 1;
  double style_weight = 3;
  double tv_weight = 10;
  LoopOptions loop;
};

extern const Trainer encoder_trainer;
extern const Trainer fast_style_trainer;
PASTICHE_API EncoderTrainOptions encoder_train_options(const Settings& settings);
PASTICHE_API FastStyleTrainOptions fast_style_train_options(const Settings& settings);

}  // namespace pastiche
