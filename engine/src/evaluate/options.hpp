#pragma once

#include <string>

#include "common_options.hpp"
#include "pastiche/evaluate.hpp"

namespace pastiche {

/// The network that results are measured with.
struct MeasuringOptions {
  std::string encoder = "squeezenet";
  std::string models = "";  ///< a further folder of models
  std::string device = "auto";
};

/// Universal style transfer by whitening and colouring (Li et al. 2017): one encoder and decoder
/// after the other, the deepest first.
struct WctOptions {
  std::string encoders = "5se,4se,3se,2se,1se";
  std::string decoders = "5sd,4sd,3sd,2sd,1sd";  ///< decoder k turns back what encoder k made
  double strength = 1;                           ///< 0 the content's features, 1 the recoloured
  double ridge = 1;  ///< added to the variances of the content's features before they are whitened
  std::string models = "";
  CommonOptions common;
};

PASTICHE_API MeasuringOptions measuring_options(const Settings& settings);
PASTICHE_API WctOptions wct_options(const Settings& settings);

}  // namespace pastiche
