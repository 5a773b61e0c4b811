#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Optimisation-based transfer: Gatys et al. 2016, from coarse to fine scales as in Johnson's
/// neural-style and Crowson's style-transfer-pytorch, by a preconditioned L-BFGS. All losses are relative (a
/// layer's loss is 1 when the features are as far from the target as zero is),
/// so the weights mean the same for any encoder.
struct GatysOptions {
  std::string encoder = "pastiche-encoder";  ///< a model's name, or a file
  std::string models = "";                   ///< a further folder of models

  /// Longest side worked at, px; 0 = the content's own. The result always has
  /// the content's size. Time and memory grow with its square.
  int size = 512;
  std::string size_by = "side";  ///< side: longest side; area: a square of `size` has the area
  int min_size = 360;       ///< longest side of the first scale: larger strokes when smaller
  double scale_factor = 2;  ///< each scale's side over the last one's
  int steps = 90;           ///< at each scale
  int first_steps = 90;     ///< at the first of several scales; 0 = twice `steps`

  double content_weight = 0.04;
  double style_weight = 1;
  double tv_weight = 2;
  std::string tv = "l2";           ///< l2: squared differences; l1: absolute ones
  std::string style_weights = "";  ///< "2,1": one per style picture; "" = all equal
  std::string content_layers = "relu4_1";
  std::string style_layers = "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1";
  /// gram; wasserstein: the distance of two Gaussians of the features' mean and
  /// covariance. Gram matrices of ReLU features are mostly their mean: wasserstein
  /// moves the brush strokes, gram hardly more than texture and colour.
  std::string loss = "wasserstein";

  /// preconditioned (L-BFGS with a model of pictures), lbfgs, adam (averaged iterate); auto is
  /// preconditioned, and adam where only its memory is there.
  std::string optimiser = "auto";
  double learning_rate = 0;        ///< 0 = 0.02 for adam, 1 otherwise
  double averaging = 0.97;         ///< decay of adam's averaged iterate; 0 = the last one
  int history = 8;                 ///< corrections lbfgs keeps

  /// content, noise (around grey), grey, uniform, style (noise with the styles'
  /// mean and deviation), picture (the input `init`). A picture given as `init`
  /// is the start whatever this says.
  std::string init = "content";
  std::string pooling = "encoder";  ///< encoder (as it was trained), max, average, l2

  double style_scale = 1;        ///< size of the style pictures relative to the scale worked at
  int style_size = 0;            ///< longest side of the style pictures, px; 0 = follows the scale
  std::string colour = "style";  ///< style, luminance, match
  bool normalise_gradients = false;  ///< each layer's gradient has the length of its weight
  bool tileable = false;             ///< the result repeats without seams
  CommonOptions common = {};
};

extern const Filter gatys_filter;
PASTICHE_API GatysOptions gatys_options(const Settings& settings);

}  // namespace pastiche
