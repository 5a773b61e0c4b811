#include "evaluate/judge.hpp"

#include <algorithm>

#include "nets/squeezenet.hpp"
#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

Judge squeezenet_judge(const TensorFile& file, torch::Device device) {
  SqueezeNet net = load_squeezenet(file);
  net->to(device);
  return {[net](const torch::Tensor& x, const std::set<std::string>& layers) mutable {
            return net(x, layers);
          },
          {"conv1", "fire2", "fire4", "fire6", "fire8"},
          "fire4",
          "fire7"};
}

/// The first of them that the encoder has, or its deepest layer.
std::string first_of(const Encoder& encoder, const std::vector<std::string>& wished) {
  const auto found =
      std::ranges::find_if(wished, [&](const std::string& layer) { return encoder->has(layer); });
  return found == wished.end() ? encoder->layers().back() : *found;
}

Judge encoder_judge(const TensorFile& file, torch::Device device) {
  Encoder encoder = load_encoder(file);
  encoder->to(device);
  Judge judge;
  for (const std::string& layer : encoder->layers())
    if (layer.ends_with("_1")) judge.style.push_back(layer);
  judge.texture = first_of(encoder, {"relu2_2", "relu2_1"});
  judge.content = first_of(encoder, {"relu4_1", "relu3_1", "relu2_1"});
  judge.features = [encoder](const torch::Tensor& x, const std::set<std::string>& layers) mutable {
    return encoder(x, layers);
  };
  return judge;
}

}  // namespace

Judge load_judge(const Model& model, torch::Device device) {
  const TensorFile file(model.file);
  if (model.architecture == "squeezenet") return squeezenet_judge(file, device);
  if (model.architecture == "encoder") return encoder_judge(file, device);
  throw Error(Error::Kind::NoModel, "The model " + in_quotes(model.name) +
                                        " is of the architecture " + in_quotes(model.architecture) +
                                        "; to measure takes a squeezenet or an encoder.");
}

}  // namespace pastiche
