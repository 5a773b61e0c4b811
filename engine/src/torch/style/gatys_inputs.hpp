#pragma once

#include <torch/torch.h>

#include <vector>

#include "device.hpp"
#include "pastiche/filter.hpp"
#include "style/gatys_options.hpp"
#include "style/scales.hpp"
#include "style/style_inputs.hpp"

namespace pastiche {

/// The pictures of one call as tensors of their own sizes.
struct GatysInputs : StyleInputs {
  torch::Tensor start;  ///< the start picture; undefined without one

  /// The content at a scale.
  ContentPicture content_at(const Scale& scale, bool wrapped) const;

  /// The styles at a scale: their longest side is the scale's times style_scale,
  /// or style_size.
  std::vector<StylePicture> styles_at(const Scale& scale, const GatysOptions& options) const;
};

/// Throws as read_style_inputs(), and BadSetting for init = picture without one.
GatysInputs read_inputs(const Pictures& pictures, const GatysOptions& options,
                        const Compute& compute);

/// What the first scale starts from, {1, 3, h, w}: the start picture or what
/// options.init says, from `random`.
torch::Tensor first_picture(const GatysInputs& inputs, const ContentPicture& content,
                            const Scale& scale, const GatysOptions& options,
                            torch::Generator& random);

/// resize(), for a picture whose edges are neighbours when `wrapped`.
torch::Tensor resize_wrapped(const torch::Tensor& x, int64_t height, int64_t width, bool wrapped);

}  // namespace pastiche
