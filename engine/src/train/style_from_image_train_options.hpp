#pragma once

#include <string>

#include "train/train_options.hpp"

namespace pastiche {

/// The way back from an encoder's features to a picture, block by block (feature inversion:
/// Dosovitskiy & Brox 2016; for style transfer Li et al. 2017). It learns from photos and paintings
/// alike, and meets no style: that is all in the features' statistics.
struct StyleFromImageTrainOptions {
  std::string style_data = "";               ///< paintings: as LoopOptions::data
  std::string encoder = "pastiche-encoder";  ///< is kept in the model
  std::string models = "";
  LoopOptions loop = {.steps = 5000, .batch = 8, .crop = 128, .learning_rate = 0.002};
};

extern const Trainer style_from_image_trainer;
PASTICHE_API StyleFromImageTrainOptions style_from_image_train_options(const Settings& settings);

}  // namespace pastiche
