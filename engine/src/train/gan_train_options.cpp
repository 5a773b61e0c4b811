#include "train/gan_train_options.hpp"

#include "mark.hpp"

namespace pastiche {
namespace {

const GanTrainOptions gan_defaults;
const VaeTrainOptions vae_defaults;
constexpr int least_crop = 8;

Params shared_rows(const std::string& network, int latent, int width, bool grey) {
  return {
      {.name = "network",
       .label = N_("Network"),
       .help = N_("dcgan convolves, and its pictures' side (crop) is 8, 16, 32, 64, 128 or 256; "
                  "mlp has linear layers, for small pictures of any side"),
       .initial = network,
       .choices = {"dcgan", "mlp"}},
      {.name = "latent",
       .label = N_("Latent size"),
       .help = N_("How many numbers a picture is made of"),
       .initial = latent,
       .min = 1,
       .max = 4096},
      {.name = "width",
       .label = N_("Width"),
       .help = N_("Channels of the finest convolution, doubled with every halving of the side; an "
                  "mlp's layers have eight times as many units"),
       .initial = width,
       .min = 4,
       .max = 512},
      {.name = "grey",
       .label = N_("Grey"),
       .help = N_("Learn pictures without colour"),
       .initial = grey},
  };
}

Params joined(Params rows, const Params& more) {
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

Params gan_rows() {
  return {
      {.name = "alpha",
       .label = N_("Alpha"),
       .help = N_("Learn where the pictures are clear too; without, they lie on white"),
       .initial = gan_defaults.alpha},
      {.name = "conditional",
       .label = N_("Conditional"),
       .help = N_("Learn the pictures' classes too, which are their folders' names, or in a "
                  "single folder their own less the numbers: rose of 0017_rose.jpg"),
       .initial = gan_defaults.conditional},
      {.name = "drawn-classes",
       .label = N_("Drawn classes"),
       .help = N_("Classes that seeds draw from, such as rose,tulip; the others are made only when "
                  "they are asked for by name; empty for all"),
       .initial = gan_defaults.drawn_classes},
      {.name = "draws",
       .label = N_("Draws"),
       .help = N_("How many pictures a seed draws, of which the discriminator, kept in the model, "
                  "takes the one that it believes most: fewer are broken, and they differ less"),
       .initial = gan_defaults.draws,
       .min = 1,
       .max = 64},
      {.name = "loss",
       .label = N_("Loss"),
       .help = N_("What generator and discriminator play for; relativistic, with both gradient "
                  "penalties, is the one that stays stable"),
       .initial = gan_defaults.loss,
       .choices = {"relativistic", "non-saturating", "minimax", "least-squares", "hinge",
                   "wasserstein"}},
      {.name = "penalty",
       .label = N_("Gradient penalty"),
       .help = N_("Weight of the discriminator's squared gradient at true and made pictures (R1 "
                  "and R2), or of Wasserstein's penalty; 0 leaves it out"),
       .initial = gan_defaults.penalty,
       .min = 0,
       .max = 10'000},
      {.name = "penalty-every",
       .label = N_("Penalty every"),
       .help = N_("Steps between gradient penalties, which weigh as much more"),
       .initial = gan_defaults.penalty_every,
       .min = 1,
       .max = 64},
      {.name = "spectral",
       .label = N_("Spectral norm"),
       .help = N_("Bound the discriminator's slope by spectral normalisation"),
       .initial = gan_defaults.spectral},
      {.name = "augment",
       .label = N_("Augment"),
       .help = N_("Shift, tint and cut out what the discriminator sees, so that it does not learn "
                  "few pictures by heart"),
       .initial = gan_defaults.augment},
      {.name = "discriminator-rate",
       .label = N_("Discriminator's rate"),
       .help = N_("Its learning rate; 0 takes the generator's"),
       .initial = gan_defaults.discriminator_rate,
       .min = 0,
       .max = 1},
      {.name = "remedies",
       .label = N_("Remedies"),
       .help = N_("How often a training that collapses may go back to its last checkpoint and go "
                  "on with a quarter of the rates and twice the penalty"),
       .initial = gan_defaults.remedies,
       .min = 0,
       .max = 20},
  };
}

Params vae_rows() {
  return {
      {.name = "beta",
       .label = N_("Beta"),
       .help = N_("Weight of the codes' divergence from the normal distribution: higher ones give "
                  "codes that mean more and pictures that are softer"),
       .initial = vae_defaults.beta,
       .min = 0,
       .max = 1000},
      {.name = "likelihood",
       .label = N_("Likelihood"),
       .help = N_("Of a pixel, given the code: gaussian for photographs, bernoulli for ink on "
                  "paper"),
       .initial = vae_defaults.likelihood,
       .choices = {"gaussian", "bernoulli"}},
      {.name = "deviation",
       .label = N_("Deviation"),
       .help = N_("Of the gaussian, as a share of the pictures' range: lower ones give sharper "
                  "copies and poorer samples"),
       .initial = vae_defaults.deviation,
       .min = 0.001,
       .max = 10},
  };
}

}  // namespace

const Trainer gan_trainer = {
    .name = "gan",
    .label = N_("Generator"),
    .help = N_("Learns to make pictures like those of a folder, against a discriminator."),
    .inputs = {},
    .params = with_loop(joined(shared_rows(gan_defaults.network, gan_defaults.latent,
                                           gan_defaults.width, gan_defaults.grey),
                               gan_rows()),
                        gan_defaults.loop, least_crop),
};

const Trainer vae_trainer = {
    .name = "vae",
    .label = N_("Autoencoder"),
    .help = N_("Learns to make pictures like those of a folder, and to rebuild and vary any."),
    .inputs = {},
    .params = with_loop(joined(shared_rows(vae_defaults.network, vae_defaults.latent,
                                           vae_defaults.width, vae_defaults.grey),
                               vae_rows()),
                        vae_defaults.loop, least_crop),
};

namespace {

LoopOptions with_betas(LoopOptions loop, const LoopOptions& defaults) {
  loop.beta1 = defaults.beta1;
  loop.beta2 = defaults.beta2;
  return loop;
}

}  // namespace

GanTrainOptions gan_train_options(const Settings& settings) {
  return {.network = settings.text("network"),
          .latent = settings.whole("latent"),
          .width = settings.whole("width"),
          .grey = settings.flag("grey"),
          .alpha = settings.flag("alpha"),
          .conditional = settings.flag("conditional"),
          .draws = settings.whole("draws"),
          .drawn_classes = settings.text("drawn-classes"),
          .loss = settings.text("loss"),
          .penalty = settings.real("penalty"),
          .penalty_every = settings.whole("penalty-every"),
          .spectral = settings.flag("spectral"),
          .augment = settings.flag("augment"),
          .discriminator_rate = settings.real("discriminator-rate"),
          .remedies = settings.whole("remedies"),
          .loop = with_betas(loop_options(settings), gan_defaults.loop)};
}

VaeTrainOptions vae_train_options(const Settings& settings) {
  return {.network = settings.text("network"),
          .latent = settings.whole("latent"),
          .width = settings.whole("width"),
          .grey = settings.flag("grey"),
          .beta = settings.real("beta"),
          .likelihood = settings.text("likelihood"),
          .deviation = settings.real("deviation"),
          .loop = loop_options(settings)};
}

}  // namespace pastiche
