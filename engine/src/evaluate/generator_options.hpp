#pragma once

#include <string>

#include "pastiche/evaluate.hpp"

namespace pastiche {

/// What a generator is measured on and with.
struct GeneratorMeasuringOptions {
  std::string real = "";        ///< pictures: a folder, a pack, an IDX file
  std::string training = "";    ///< what it learnt from; "" = `real`
  int count = 0;                ///< samples, and real pictures at most; 0 = 2,000 or all real ones
  int seed = 1;                 ///< of the first sample, and which real pictures are drawn
  std::string class_name = "";  ///< of the samples; "" = each class in turn
  double truncation = 1;        ///< what latents are multiplied by
  std::string classifier = "";  ///< "" = lenet for grey pictures of at most 32 px, else squeezenet
  std::string models = "";      ///< a further folder of models
  std::string device = "auto";
};

PASTICHE_API GeneratorMeasuringOptions generator_measuring_options(const Settings& settings);

}  // namespace pastiche
