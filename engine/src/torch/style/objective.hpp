#pragma once

#include <torch/torch.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "nets/encoder.hpp"
#include "pastiche/weighted_list.hpp"
#include "style/picture_losses.hpp"
#include "style/style_loss.hpp"

namespace pastiche {

/// What is weighed against what; the same at every scale.
struct Weighing {
  std::vector<Weighted> content_layers = {};
  std::vector<Weighted> style_layers = {};
  double content = 0, style = 1, variation = 0;
  StyleLoss::Kind style_loss = StyleLoss::Kind::Wasserstein;
  Variation variation_kind = Variation::Squared;
  bool normalise_gradients = false;
  bool wrapped = false;
  torch::ScalarType dtype = torch::kFloat32;  ///< of the encoder

  std::set<std::string> layers() const;  ///< all that are compared
};

/// One style at one scale. Tensors are {1, C, h, w}; a style has its own size,
/// the mask that of the content.
struct StylePicture {
  torch::Tensor rgb;
  torch::Tensor alpha;  ///< undefined when opaque
  torch::Tensor mask;   ///< where in the content it goes; undefined for everywhere
  double share = 1;     ///< of all styles' weights; they add up to 1
};

/// The picture to repaint at one scale.
struct ContentPicture {
  torch::Tensor rgb;    ///< {1, 3, h, w}
  torch::Tensor alpha;  ///< {1, 1, h, w}, how much each place counts; undefined when opaque
};

/// The loss of one scale: features and targets of the content and the styles
/// are computed once, here. Without masks the styles are one style, their
/// moments mixed by share; with them each is compared in its own region, which
/// counts by its area, so that every visible pixel is pulled equally.
/// REQUIRES: at least one style and one style layer; layers' weights above 0; a
/// visible pixel, in some mask if there are masks.
class Objective {
 public:
  struct Losses {
    torch::Tensor total;    ///< weighted sum; its gradient is the slope
    torch::Tensor style;    ///< mean over the layers, by their weights, unweighted otherwise
    torch::Tensor content;  ///< likewise
  };

  Objective(Encoder encoder, Weighing weighing, const ContentPicture& content,
            const std::vector<StylePicture>& styles);

  /// Of a picture {1, 3, h, w} of the content's size, on the encoder's device.
  Losses operator()(const torch::Tensor& picture) const;

 private:
  struct Region {
    StyleLoss loss;
    torch::Tensor weights;  // {1, 1, h, w} of the layer's size; undefined for all alike
    double area;            // its share of the visible picture, times the style's strength
  };

  void add_mixed(const std::string& layer, const std::vector<Moments>& targets,
                 const std::vector<StylePicture>& styles, const ContentPicture& content,
                 const torch::Tensor& features);
  void add_masked(const std::string& layer, const std::vector<Moments>& targets,
                  const std::vector<StylePicture>& styles, const ContentPicture& content,
                  const torch::Tensor& features);
  Features features_of(const torch::Tensor& picture) const;
  torch::Tensor style_loss(const std::string& layer, const torch::Tensor& features) const;

  Encoder encoder_;
  Weighing weighing_;
  torch::Tensor alpha_;
  std::map<std::string, std::vector<Region>> regions_;
  std::map<std::string, ContentLoss> contents_;
};

}  // namespace pastiche
