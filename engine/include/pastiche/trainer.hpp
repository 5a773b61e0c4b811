#pragma once

#include <string_view>
#include <vector>

#include "pastiche/filter.hpp"

namespace pastiche {

/// Learns a model from a folder of pictures (or a packed data file) and writes
/// it as safetensors with its card.
struct Trainer {
  const char* name;  ///< "encoder", "fast-style"
  const char* label;
  const char* help;
  std::vector<Input> inputs;  ///< pictures it takes beside its data, by flag
  Params params;
};

PASTICHE_API const std::vector<Trainer>& trainers();
PASTICHE_API const Trainer& find_trainer(std::string_view name);

/// Trains until done or stopped; a stop leaves a checkpoint beside `output`
/// that the same call continues from, and throws Cancelled. The facts hold what
/// was measured at the end, and perhaps "advice", a sentence for people.
PASTICHE_API Facts train(const Trainer& trainer, const Pictures& pictures, const Settings& settings,
                         const std::string& output, const Progress& progress);

/// Decodes the pictures of a folder, shrunk until the shorter side is at most
/// `side` px (0 = as they are), into one file that trainers take as their data:
/// safetensors, a tensor {3, H, W} uint8 a picture, named by its path below the
/// folder. Facts: "pictures", "bytes", and "advice" when some could not be read.
/// Memory stays bounded: the pixels pass through a file beside `output`.
PASTICHE_API Facts pack_pictures(const std::string& folder, const std::string& output, int side,
                                 const Progress& progress);

}  // namespace pastiche
