#include "nets/encoder_pass.hpp"

#include <cmath>
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

  /// What autograd keeps of the encoder up to the deepest layer, and its widest gradients.
  double bytes_per_pixel() const override;

 private:
  Encoder encoder_;
  std::set<std::string> layers_;
  Padding padding_;
  torch::ScalarType dtype_;
  torch::Tensor picture_;
  Features features_;  // with their graph
};

int block_of(const std::string& layer) { return std::stoi(layer.substr(4)); }  // "relu4_1"

double AutogradPass::bytes_per_pixel() const {
  const auto element = double(torch::elementSize(dtype_));
  const auto parameters = encoder_->named_parameters();
  const auto& all = encoder_->layers();
  double kept = 0, widest = 0;
  std::size_t left = layers_.size();
  for (std::size_t i = 0; i < all.size() && left > 0; ++i) {
    const auto& weight = parameters["conv" + all[i].substr(4) + ".weight"];
    const double share = std::pow(0.25, block_of(all[i]) - 1);
    const auto in = double(weight.size(1)), out = double(weight.size(0));
    kept += (in + out) * element * share;  // the padded input, and what ReLU leaves
    if (layers_.contains(all[i])) kept += out * element * share;  // the loss's gradient
    if (i + 1 < all.size() && block_of(all[i + 1]) > block_of(all[i]))
      kept += out * (8 + element) * share / 4 +  // pooling's indices and result, or squares
              (encoder_->pooling == Pooling::L2 ? 2 * out * element * share : 0);
    // On the way back: gradients of three stages, and float32 copies for the statistics.
    widest = std::max(widest, (in + 2 * out) * element * share + 8 * out * share);
    left -= layers_.count(all[i]);
  }
  return kept + widest + 2 * 3 * 4;
}

}  // namespace

std::unique_ptr<EncoderPass> make_autograd_pass(Encoder encoder, std::set<std::string> layers,
                                                Padding padding, torch::ScalarType dtype) {
  return std::make_unique<AutogradPass>(std::move(encoder), std::move(layers), padding, dtype);
}

}  // namespace pastiche
