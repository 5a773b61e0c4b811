#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pastiche/export.hpp"
#include "pastiche/tensor_file.hpp"

namespace pastiche {

/// What a generator is, as its file's metadata tell.
struct GeneratorPlan {
  std::string network = "dcgan";  ///< mlp, dcgan, torchscript
  std::int64_t latent = 64;
  std::vector<std::string> classes = {};        ///< empty = it takes none
  /// Pictures learnt from, of each class, in whose proportion seeds draw; 0: only when asked for;
  /// empty: of all alike.
  std::vector<std::int64_t> class_counts = {};
  std::int64_t draws = 1;    ///< latents that a seed draws, of which its discriminator takes one
  std::int64_t height = 64;  ///< of its pictures, px; of a dcgan 4 times a power of two
  std::int64_t width = 64;
  std::int64_t channels = 3;        ///< 1 grey, 3 RGB, 4 RGBA
  std::int64_t features = 32;       ///< of a dcgan before its last convolution, of an mlp's layers
  std::string output = "tanh";      ///< tanh, sigmoid: what brings values to a range
  std::string activation = "relu";  ///< relu, leaky (slope 0.2)
};

/// What the metadata of a file of the architecture "generator", "vae" or "torchscript" say. Throws
/// std::invalid_argument with what does not fit, to follow "the model ".
PASTICHE_API GeneratorPlan plan_in(const Metadata& metadata);

/// The classes that the metadata of any model name; empty without. Throws as plan_in().
PASTICHE_API std::vector<std::string> classes_in(const Metadata& metadata);

/// The metadata that plan_in() reads back.
PASTICHE_API Metadata metadata_of(const GeneratorPlan& plan);

}  // namespace pastiche
