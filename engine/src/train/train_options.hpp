#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/trainer.hpp"

namespace pastiche {

/// How squares are cut from the pictures.
struct Augmentation {
  bool flip = true;   ///< every other one mirrored
  double zoom = 1;    ///< 0 always the largest square, 1 down to as many pixels as the crop's
  double colour = 0;  ///< brightness, contrast and saturation change by up to this share
};

/// What every trainer shares.
struct LoopOptions {
  std::string data = "";  ///< a folder of pictures, a packed file, or "" for drawn ones
  int steps = 4000;
  int batch = 4;
  int accumulate = 1;  ///< batches a step
  int crop = 192;      ///< side of the squares learnt from, px
  Augmentation augmentation = {};
  double learning_rate = 0.001;     ///< at its peak
  std::string schedule = "cosine";  ///< cosine, linear (both to a hundredth), constant
  int warm_up = 100;                ///< steps, at most a tenth of all
  double ema = 0.998;               ///< decay of the weights' moving average; 0 = none
  double beta1 = 0.9;               ///< decay of Adam's first moments, and
  double beta2 = 0.999;             ///< of its second; both set by the trainer
  int checkpoint_every = 100;       ///< steps
  int early_stop = 0;               ///< checkpoints without a better held-out loss; 0 = never
  CommonOptions common = {};
};

/// Distillation: a small VGG-shaped network learns a larger one's features,
/// each channel scaled to a mean activation of one (Gatys et al. 2015).
struct EncoderTrainOptions {
  std::string teacher = "vgg19-16x";  ///< a model's name, or a file
  std::string from = "";              ///< an encoder to begin with; "" = random weights
  std::string models = "";            ///< a further folder of models
  LoopOptions loop = {.steps = 3000, .batch = 8, .crop = 160};
};

/// A trainer's own rows, then those of its loop; and what the latter say.
Params with_loop(Params params, const LoopOptions& defaults, int least_crop = 32);
LoopOptions loop_options(const Settings& settings);

/// The row "models" of every trainer.
Param models_row(const std::string& initial);

extern const Trainer encoder_trainer;
PASTICHE_API EncoderTrainOptions encoder_train_options(const Settings& settings);

}  // namespace pastiche
