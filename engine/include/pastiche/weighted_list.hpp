#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pastiche/export.hpp"

namespace pastiche {

/// One entry of a list such as "relu1_1:256, relu2_1:64"; weight 1 when left out.
struct Weighted {
  std::string name;
  double weight = 1;
};

/// Reads a comma-separated list of NAME or NAME:WEIGHT. Empty text gives an
/// empty list. Throws BadSetting, naming `setting` and the entry, for an empty
/// name, a name given twice, and a weight that is not a number in [0, 1e6].
PASTICHE_API std::vector<Weighted> parse_weighted(std::string_view text, std::string_view setting);

/// The text that parse_weighted() reads back: "starry-night:2,great-wave"; weights of 1 left out.
PASTICHE_API std::string print_weighted(const std::vector<Weighted>& list);

/// The same with weights in [-1e6, 1e6].
PASTICHE_API std::vector<Weighted> parse_signed(std::string_view text, std::string_view setting);

/// Reads a comma-separated list of numbers in [0, 1e6], "2,1". Throws BadSetting.
PASTICHE_API std::vector<double> parse_weights(std::string_view text, std::string_view setting);

}  // namespace pastiche
