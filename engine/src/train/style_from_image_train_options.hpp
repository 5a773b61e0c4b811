#pragma once

#include <string>

#include "train/train_options.hpp"

namespace pastiche {

/// A decoder that paints in the style of any picture, given features that have
/// its statistics (Huang & Belongie 2017; Li et al. 2017; Sheng et al. 2018).
/// Photos meet paintings at random, both ways of giving statistics in turn.
struct StyleFromImageTrainOptions {
  std::string style_data = "";               ///< paintings: as LoopOptions::data
  std::string encoder = "pastiche-encoder";  ///< is kept in the model
  std::string judge = "";                    ///< encoder of the losses; "" = the same
  std::string models = "";
  int width = 32;  ///< channels of the decoder at the least
  int residuals = 4;
  double content_weight = 2;
  double style_weight = 5;
  double tv_weight = 10;
  double identity_weight = 20;  ///< a picture in its own style is to come back
  LoopOptions loop = {.steps = 5000};
};

extern const Trainer style_from_image_trainer;
PASTICHE_API StyleFromImageTrainOptions style_from_image_train_options(const Settings& settings);

}  // namespace pastiche
