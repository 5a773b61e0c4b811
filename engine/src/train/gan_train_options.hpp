#pragma once

#include "train/train_options.hpp"

namespace pastiche {

/// A generator and the discriminator it is learnt against (Goodfellow et al. 2014). The pictures'
/// side is `loop.crop`.
struct GanTrainOptions {
  std::string network = "dcgan";  ///< dcgan, mlp: of both
  int latent = 64;                ///< numbers a picture is made of
  int width = 32;            ///< channels of the finest convolution; of an mlp's layers eight times
  bool grey = false;         ///< one channel instead of three
  bool alpha = false;        ///< a fourth channel, of how opaque the pictures are
  bool conditional = false;  ///< learns the pictures' classes, to be asked for
  int draws = 1;                   ///< latents that a seed draws, of which the discriminator takes one
  std::string drawn_classes = "";  ///< "cat,dog": those that seeds draw; "" = all
  std::string loss = "relativistic";
  double penalty = 1;             ///< weight of the gradient penalty: R1 + R2, or Wasserstein's
  int penalty_every = 1;          ///< steps; what is left out is made up for by its weight
  bool spectral = false;          ///< spectral norm in the discriminator
  bool augment = true;            ///< differentiable augmentation of what the discriminator sees
  double discriminator_rate = 0;  ///< its learning rate; 0 = the generator's
  int remedies = 4;               ///< how often to go back when the training goes wrong
  LoopOptions loop = {.steps = 6000,
                      .batch = 32,
                      .crop = 64,
                      .augmentation = {.flip = false, .zoom = 0},
                      .learning_rate = 0.0005,
                      .schedule = "linear",
                      .beta1 = 0,
                      .beta2 = 0.99,
                      .checkpoint_every = 250};
};

/// A convolutional beta-VAE (Kingma & Welling 2014; Higgins et al. 2017).
struct VaeTrainOptions {
  std::string network = "dcgan";  ///< dcgan, mlp: of both halves
  int latent = 32;
  int width = 32;
  bool grey = false;
  double beta = 1;                      ///< weight of the divergence from the prior
  std::string likelihood = "gaussian";  ///< gaussian, bernoulli: of a pixel, given the code
  double deviation = 0.1;               ///< of the gaussian, in units of the pictures' range
  LoopOptions loop = {.steps = 6000,
                      .batch = 32,
                      .crop = 64,
                      .augmentation = {.flip = false, .zoom = 0},
                      .checkpoint_every = 250};
};

extern const Trainer gan_trainer, vae_trainer;
PASTICHE_API GanTrainOptions gan_train_options(const Settings& settings);
PASTICHE_API VaeTrainOptions vae_train_options(const Settings& settings);

}  // namespace pastiche
