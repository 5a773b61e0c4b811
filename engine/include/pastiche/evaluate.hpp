#pragma once

#include <string>
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

/// How the pictures that a generator makes are beside real ones, by the features that a classifier
/// has of them. Formulas and sources: data/manual/evaluate.md. What was not measured is not a
/// number.
struct GeneratorScores {
  std::string model, model_sha256;
  std::string classifier, classifier_sha256;
  std::string layer;                      ///< of the classifier: whose features they are
  int samples = 0, real = 0;              ///< how many of each
  std::vector<std::string> skipped = {};  ///< real or training pictures that could not be read
  double classifier_score = 0;            ///< Inception score, but with this classifier
  double real_classifier_score = 0;       ///< of the real pictures
  double frechet = 0;                     ///< Frechet distance
  double kid = 0;                         ///< kernel distance, and
  double kid_deviation = 0;               ///< its deviation over subsets
  double precision = 0;                   ///< share of samples that lie among the real pictures
  double recall = 0;                      ///< share of real pictures that lie among the samples
  double diversity = 0;      ///< distance between two samples over that between two real pictures
  double nearest = 0;        ///< median distance from a sample to the nearest training picture
  double real_nearest = 0;   ///< the same from a real picture
  double accuracy = 0;       ///< share of samples taken for the class that was asked for
  double real_accuracy = 0;  ///< share of real pictures taken for theirs
};

/// One of them, for tables.
struct GeneratorMeasure {
  const char* name;  ///< "frechet-distance": a key
  const char* label;
  double GeneratorScores::* value;
};

PASTICHE_API const std::vector<GeneratorMeasure>& generator_measures();

/// What measure_generator() can be told.
PASTICHE_API const Params& generator_measuring_params();

/// One generator, by its name or file. Throws BadSetting, BadImage when there are fewer than ten
/// real pictures that can be read, NoModel, NoDevice, OutOfMemory, Cancelled.
PASTICHE_API GeneratorScores measure_generator(const std::string& model, const Settings& settings,
                                               const Progress& progress);

/// Ways to transfer a style that are there to be compared with, and in no menu: "content" does
/// nothing, "colour-transfer" takes over the colours' mean and covariance, "wct" whitens and
/// colours features at several depths. run() takes them like filters.
PASTICHE_API const std::vector<Filter>& reference_methods();

}  // namespace pastiche
