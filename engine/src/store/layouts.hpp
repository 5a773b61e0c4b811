#pragma once

#include <string>
#include <vector>

#include "pastiche/tensor_file.hpp"
#include "store/architecture.hpp"

namespace pastiche {

/// Where one of our tensors comes from, and what becomes of it on the way.
struct Conversion {
  std::string from, to;
  float scale = 1;      ///< each number is multiplied by this
  bool as_row = false;  ///< {C} becomes {1, C}: the only row of a table of styles
};

/// A published file's layout: the tensors it consists of, and ours for them.
struct Layout {
  std::string name;  ///< for people; shared by the depths a network is published in
  std::string architecture;
  std::vector<Conversion> tensors;   ///< all must be there
  std::vector<std::string> dropped;  ///< parts of the names of tensors that may be there unused
  bool lacks_colours = false;        ///< what the colours were at training is not in the file
  Metadata metadata;
  std::vector<std::string> zeros = {};            ///< numbers of ours that nobody uses: 0
  Metadata (*measured)(const Shapes&) = nullptr;  ///< further metadata, by our tensors' shapes;
                                                  ///< throws as check_architecture()
};

/// All that are known.
const std::vector<Layout>& layouts();

}  // namespace pastiche
