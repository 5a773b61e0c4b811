#pragma once

#include "pastiche/filter.hpp"
#include "pastiche/tensor_file.hpp"
#include "pastiche/models.hpp"
#include "predict/need.hpp"
#include "style/gatys_plan.hpp"
#include "style/scales.hpp"
#include "style/style_from_image_options.hpp"

namespace pastiche {

/// Repaints the content with the statistics of the styles' features at each level of the network, in
/// one pass, and refines that by steps of optimisation. Pictures: "content", "style" (one or more), "mask" (none, or
/// one a style). Without masks the styles' features are interpolated by share;
/// with them each is painted from its own region's statistics, where masks
/// overlap by share, and what no mask covers stays. Partial strength interpolates
/// the features, too, and gives back what the network cannot reproduce, so that
/// it goes smoothly to the content itself, untouched at strength 0.
///
/// The steps are those of gatys() at the working size alone, with the network's own encoder, from
/// the painted picture on; at partial strength as much of their change is taken.
///
/// The result has the content's size and alpha; places count in the statistics
/// as they are visible. Facts: "size" worked at, the model and device.
///
/// Throws NoModel, BadSetting and BadImage (see read_style_inputs; a style picture
/// of less than 16 pixels a side), OutOfMemory; Cancelled, while it is refined with the
/// picture as far as it has come.
Result style_from_image(const Pictures& pictures, const StyleFromImageOptions& options,
                        const Progress& progress);

/// The size that a picture is worked at.
Scale size_of(const PictureSize& content, const StyleFromImageOptions& options);

/// What the pass takes at its peak, resident in all, in bytes.
struct PassMemory {
  double fixed = 0;           ///< the libraries, and the pictures given
  double per_pixel = 0;       ///< kept, of the size worked at
  double per_tile_pixel = 0;  ///< of what is computed at once
  double allowed = 0;

  /// Pixels of such a picture to compute at once. Throws OutOfMemory, with the size that fits, when
  /// not even small tiles do.
  int64_t room(const Scale& size) const;

  double peak(const Scale& size) const;
};
PassMemory pass_memory(const Sizes& sizes, const TensorFile& file, const Compute& compute);

/// How a picture of these sizes is refined by the encoder of that model, one of its own since it is
/// brought to another precision. Throws as plan_gatys(). REQUIRES steps.
GatysPlan plan_refining(const Sizes& sizes, const StyleFromImageOptions& options,
                        const Model& model);

Need style_from_image_need(const Sizes& sizes, const StyleFromImageOptions& options);

}  // namespace pastiche
