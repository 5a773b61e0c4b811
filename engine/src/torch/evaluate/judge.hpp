#pragma once

#include <torch/torch.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "nets/encoder.hpp"
#include "pastiche/models.hpp"

namespace pastiche {

/// A network to measure with, and which of its layers say what.
struct Judge {
  std::function<Features(const torch::Tensor& x, const std::set<std::string>& layers)> features;
  std::vector<std::string> style;  ///< of the Gram matrices, from shallow to deep
  std::string texture;             ///< of SIFID: the last before the second pooling
  std::string content;             ///< a deep one
};

/// A squeezenet (conv1, fire2, fire4, fire6, fire8; fire4; fire7) or an encoder (reluB_1 of each
/// block; relu2_2; relu4_1), or the nearest that the encoder has. Throws NoModel for others.
Judge load_judge(const Model& model, torch::Device device);

}  // namespace pastiche
