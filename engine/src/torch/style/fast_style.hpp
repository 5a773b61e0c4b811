#pragma once

#include "pastiche/filter.hpp"
#include "predict/need.hpp"
#include "stream/layer.hpp"
#include "style/fast_style_options.hpp"
#include "style/gatys_plan.hpp"
#include "style/perceptual_loss.hpp"
#include "style/row_blend.hpp"

namespace pastiche {

/// Repaints a picture by one pass of a transformer network, in its place. The
/// result has its size and alpha; at strength 0 it is untouched. On the CPU it streams
/// (stream/painting.hpp): within any memory, and in bf16 where the processor has instructions for
/// it, unless fp32 is asked for; the fact "precision" says which it was. On a card it passes whole.
///
/// The approximate pass takes the norms of samples of the picture, see pass_in_tiles.hpp, and goes
/// tile by tile, on a card too. A picture no larger than those is painted exactly.
///
/// Asked to refine, it takes refine()'s steps from there on, at the size worked at, towards the
/// statistics of the styles that their files keep.
///
/// Throws NoModel (also for styles without statistics to refine by), BadSetting (a style the model
/// does not have), OutOfMemory; Cancelled, while it is refined with the picture as far as it has come.
Result fast_style(Image picture, const FastStyleOptions& options, const Progress& progress);

/// Worked at: with the setting `size` on the longest side, or the picture's own.
stream::Grid working_size(const PictureSize& picture, int size);

/// Whether it is painted by approximation.
bool is_approximate(const PictureSize& picture, const FastStyleOptions& options);

/// Bytes up to which no temporary file is made. The system keeps such a file in whatever memory is
/// free, so that by default a large picture takes none from others.
std::size_t bytes_in_memory(const CommonOptions& options);

/// How a painting is brought nearer to the style, and towards what.
struct FastRefining {
  GatysPlan plan;
  StyleMoments target;  ///< on the plan's device
};
FastRefining plan_refining(const PictureSize& content, const Painter& painter,
                           const FastStyleOptions& options);

Need fast_style_need(const Sizes& sizes, const FastStyleOptions& options);

}  // namespace pastiche
