#pragma once

#include "pastiche/filter.hpp"
#include "pastiche/tensor_file.hpp"
#include "predict/need.hpp"
#include "style/scales.hpp"
#include "style/style_from_image_options.hpp"

namespace pastiche {

/// Repaints the content, in each pass with the statistics of the styles' features
/// at four levels. Pictures: "content", "style" (one or more), "mask" (none, or
/// one a style). Without masks the styles' features are interpolated by share;
/// with them each is painted from its own region's statistics, where masks
/// overlap by share, and what no mask covers stays. Partial strength interpolates
/// the features, too, and gives back what the network cannot reproduce, so that
/// it goes smoothly to the content itself, untouched at strength 0.
///
/// A further pass repaints what the last one painted.
///
/// The result has the content's size and alpha; places count in the statistics
/// as they are visible. Facts: "size" worked at, the model and device.
///
/// Throws NoModel, BadSetting and BadImage (see read_style_inputs; a style picture
/// of less than 16 pixels a side), OutOfMemory; Cancelled between the passes.
Result style_from_image(const Pictures& pictures, const StyleFromImageOptions& options,
                        const Progress& progress);

/// While a picture of that size is painted by the model of that file, besides the pictures and the
/// libraries. Throws OutOfMemory, with the size that fits, when that is more than allowed.
double bytes_needed(const Scale& size, const TensorFile& file, const Compute& compute);

Need style_from_image_need(const Sizes& sizes, const StyleFromImageOptions& options);

}  // namespace pastiche
