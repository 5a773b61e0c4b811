#include "evaluate/classifier.hpp"

#include "nets/lenet.hpp"
#include "nets/squeezenet.hpp"
#include "pastiche/error.hpp"
#include "store/generator_plan.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

constexpr int64_t squeezenet_side = 227;  // what it was trained on

Judgement as_judgement(const torch::Tensor& features, const torch::Tensor& logits) {
  return {features.cpu().to(torch::kFloat64), logits.cpu().to(torch::kFloat64)};
}

Classifier lenet(const TensorFile& file, torch::Device device) {
  LeNet net = load_lenet(file);
  net->to(device);
  return {[net, device](const torch::Tensor& pictures) mutable {
            const auto output = net(pictures.to(device));
            return as_judgement(output.features, output.logits);
          },
          classes_in(file.metadata()), "fc1"};
}

Classifier squeezenet(const TensorFile& file, torch::Device device) {
  SqueezeNet net = load_squeezenet(file);
  net->to(device);
  return {[net, device](const torch::Tensor& pictures) mutable {
            const torch::Tensor x = torch::_upsample_bilinear2d_aa(
                pictures.to(device), {squeezenet_side, squeezenet_side}, false);
            const Features found = net(x, std::set<std::string>{"fire9", "logits"});
            return as_judgement(found.at("fire9").mean({2, 3}), found.at("logits"));
          },
          {},
          "fire9"};
}

}  // namespace

Classifier load_classifier(const Model& model, torch::Device device) try {
  const TensorFile file(model.file);
  if (model.architecture == "lenet") return lenet(file, device);
  if (model.architecture == "squeezenet") return squeezenet(file, device);
  throw Error(Error::Kind::NoModel, "The model " + in_quotes(model.name) +
                                        " is of the architecture " + in_quotes(model.architecture) +
                                        "; to measure generators takes a lenet or a squeezenet.");
} catch (const std::invalid_argument& error) {
  throw Error(Error::Kind::NoModel,
              "The model " + in_quotes(model.name) + " " + error.what() + ".");
}

}  // namespace pastiche
