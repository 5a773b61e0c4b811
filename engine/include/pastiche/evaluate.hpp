#pragma once

#include <vector>

#include "pastiche/export.hpp"
#include "pastiche/filter.hpp"
#include "pastiche/image.hpp"
#include "pastiche/settings.hpp"

namespace pastiche {

/// How far the result of a style transfer is from its style and from its content: 0 is equal,
/// less is nearer. Formulas and sources: data/manual/evaluate.md.
struct Distances {
  double style = 0;    ///< between Gram matrices, relative to the style's, a mean over layers
  double sifid = 0;    ///< Frechet's, between the features' Gaussians, relative to the style's
  double content = 0;  ///< between the features, place by place, relative to the content's
  double colour = 0;   ///< between the colours of result and style, in units of CIE Lab
};

/// One of them, for tables.
struct Measure {
  const char* name;  ///< "style-distance": a column's head, a key
  const char* label;
  double Distances::* value;
};

PASTICHE_API const std::vector<Measure>& measures();

/// What measure() can be told: "encoder", the network whose features are compared (a squeezenet or
/// any encoder; one that no method was trained with), "models" and "device".
PASTICHE_API const Params& measuring_params();

/// Each result of one content and style. Results of another size than the content are resampled to
/// it. Throws BadImage, NoModel, NoDevice, OutOfMemory.
PASTICHE_API std::vector<Distances> measure(const Image& content, const Image& style,
                                            const std::vector<Image>& results,
                                            const Settings& settings);

/// Ways to transfer a style that are there to be compared with, and in no menu: "content" does
/// nothing, "colour-transfer" takes over the colours' mean and covariance, "wct" whitens and
/// colours features at several depths. run() takes them like filters.
PASTICHE_API const std::vector<Filter>& reference_methods();

}  // namespace pastiche
