#pragma once

#include <torch/torch.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "style/gatys_plan.hpp"

namespace pastiche {

/// The first layer of each block: "relu1_1", "relu2_1" and so on, which styles are compared at.
std::set<std::string> first_layers(const EncoderImpl& encoder);

/// The settings of refine().
struct Refining {
  int steps = 15;
  int size = 0;  ///< longest side worked at, px; 0 = the picture's own
  double style_scale = 1;
  double content_weight = 0.1;  ///< of relu4_1, beside the style's 1
  CommonOptions common;
};

/// How a picture of these sizes is refined by the encoder of a model, with so many bytes `held`
/// besides. Throws as plan_gatys().
GatysPlan plan_refining(const Sizes& sizes, const Refining& refining, const Model& model,
                        Encoder encoder, double held);

/// Brings a picture that was painted in one pass nearer to its styles: `painted` {1, 3, h, w} of the
/// content's size after the plan's steps, those of gatys() at that size alone. `progress` is told
/// after each, from 0 to 1; when it says stop, Cancelled is thrown with what `finish` makes of the
/// picture as far as it has come.
torch::Tensor refine(const GatysPlan& plan, const torch::Tensor& painted,
                     const ContentPicture& content, const std::vector<StylePicture>& styles,
                     const Progress& progress,
                     const std::function<Image(const torch::Tensor& so_far)>& finish);

}  // namespace pastiche
