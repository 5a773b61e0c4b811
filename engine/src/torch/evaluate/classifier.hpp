#pragma once

#include <torch/torch.h>

#include <functional>
#include <string>
#include <vector>

#include "pastiche/models.hpp"

namespace pastiche {

/// What a classifier makes of pictures.
struct Judgement {
  torch::Tensor features;  ///< {N, d}, float64 on the CPU: of the last layer before the classes
  torch::Tensor logits;    ///< {N, classes}, the same
};

/// A network to measure generators with.
struct Classifier {
  std::function<Judgement(const torch::Tensor& pictures)> judge;  ///< of {N, 3, H, W} in 0..1
  std::vector<std::string> classes;  ///< their names; empty when the file does not tell
  std::string layer;                 ///< that the features are of, in words
};

/// A lenet: features after fc1 and its ReLU, pictures brought to 32 x 32 and grey. A squeezenet:
/// the mean of fire9, pictures brought to 227 x 227. Throws NoModel for others.
Classifier load_classifier(const Model& model, torch::Device device);

}  // namespace pastiche
