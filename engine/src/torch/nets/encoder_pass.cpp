#include "nets/encoder_pass.hpp"

#include <utility>

namespace pastiche {
namespace {

/// An encoder's padding is another one while this exists.
struct Borders {
  Borders(Encoder& encoder, Padding padding)
      : encoder(encoder), own(std::exchange(encoder->padding, padding)) {}
  ~Borders() { encoder->padding = own; }

  Encoder& encoder;
  const Padding own;
};

class AutogradPass : public EncoderPass {
 public:
  AutogradPass(Encoder encoder, std::set<std::string> layers, Padding padding,
               torch::ScalarType dtype)
      : encoder_(std::move(encoder)),
        layers_(std::move(layers)),
        padding_(padding),
        dtype_(dtype) {}

  void forward(const torch::Tensor& picture, const See& see, bool keep) override {
    features_.clear();
    const torch::AutoGradMode with_gradient(keep);
    picture_ = picture.detach().requires_grad_(keep);
    const Borders borders(encoder_, padding_);
    Features features = encoder_->forward(
        picture_.to(dtype_, false, false, torch::MemoryFormat::ChannelsLast), layers_);
    for (const auto& [layer, seen] : features) see({layer, 0, seen.detach()});
    if (keep) features_ = std::move(features);
  }

  torch::Tensor backward(const Pull& pull) override {
    TORCH_CHECK(!features_.empty(), "backward() without a forward() that kept");
    std::vector<torch::Tensor> features, gradients;
    for (const auto& [layer, seen] : features_) {
      features.push_back(seen);
      gradients.push_back(pull({layer, 0, seen.detach()}));
    }
    features_.clear();
    return torch::autograd::grad(features, {picture_}, gradients)[0];
  }

 private:
  Encoder encoder_;
  std::set<std::string> layers_;
  Padding padding_;
  torch::ScalarType dtype_;
  torch::Tensor picture_;
  Features features_;  // with their graph
};

}  // namespace

std::unique_ptr<EncoderPass> make_autograd_pass(Encoder encoder, std::set<std::string> layers,
                                                Padding padding, torch::ScalarType dtype) {
  return std::make_unique<AutogradPass>(std::move(encoder), std::move(layers), padding, dtype);
}

}  // namespace pastiche
