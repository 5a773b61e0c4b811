#pragma once

#include <torch/torch.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pastiche/weighted_list.hpp"
#include "style/layer_losses.hpp"
#include "style/picture_losses.hpp"

namespace pastiche {

/// What is weighed against what; the same at every scale.
struct Weighing {
  std::vector<Weighted> content_layers = {};
  std::vector<Weighted> style_layers = {};
  double content = 0, style = 1, variation = 0;
  StyleLoss::Kind style_loss = StyleLoss::Kind::Wasserstein;
  Variation variation_kind = Variation::Squared;
  bool normalise_gradients = false;
  bool wrapped = false;  ///< opposite edges of the picture, not of the styles, are neighbours
  torch::ScalarType dtype = torch::kFloat32;  ///< of the encoder

  std::set<std::string> layers() const;  ///< all that are compared
};

/// One style at one scale. Tensors are {1, C, h, w}; a style has its own size,
/// the mask that of the content.
struct StylePicture {
  torch::Tensor rgb = {};    ///< undefined where the moments are known
  torch::Tensor alpha = {};  ///< undefined when opaque
  torch::Tensor mask = {};   ///< where in the content it goes; undefined for everywhere
  double share = 1;          ///< of all styles' weights; they add up to 1
  std::map<std::string, Moments> moments = {};  ///< of each style layer; otherwise empty
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
///
/// All pictures are looked at in tiles of at most `room`; the results are those
/// of one tile but for rounding. An evaluation goes over them twice: for the
/// moments of the whole picture and then, since the loss's gradient at the features
/// follows from those in closed form, for each tile's gradient. A picture that is
/// one tile is gone over once. Out of memory, it goes on with half the room, as
/// long as a tile is more margin than core.
/// REQUIRES: at least one style and one style layer; layers' weights above 0; a
/// visible pixel, in some mask if there are masks.
class Objective {
 public:
  struct Losses {
    double total = 0;    ///< weighted sum; its gradient is the slope
    double style = 0;    ///< mean over the layers, by their weights, unweighted otherwise
    double content = 0;  ///< likewise
  };

  Objective(Encoder encoder, Weighing weighing, const ContentPicture& content,
            const std::vector<StylePicture>& styles, Room room = {});

  /// Of a picture {1, 3, h, w} of the content's size, on the encoder's device;
  /// with its gradient where that is defined, which it overwrites.
  Losses operator()(const torch::Tensor& picture, const torch::Tensor& gradient = {});

 private:
  struct Layer {
    std::vector<StyleTerm> styles;     // one a region
    std::vector<double> areas;         // theirs, times the styles' strengths
    std::vector<ContentTerm> content;  // one or none
    double style_weight = 0, content_weight = 0;
    // What the gradients are multiplied by, when they are normalised.
    double style_steepness = 1, content_steepness = 1;
  };
  using Targets = std::map<std::string, Moments>;

  Targets targets_of(const StylePicture& style) const;
  void add_styles(Layer& layer, const std::string& name, const std::vector<Targets>& targets,
                  const std::vector<StylePicture>& styles, const ContentPicture& content);
  void learn(const torch::Tensor& content);
  Losses evaluate(const torch::Tensor& picture, const torch::Tensor& gradient);
  Losses conclude();
  void measure_steepness(const torch::Tensor& picture, const std::function<void()>& told);
  static torch::Tensor style_slope(Layer& layer, const Part& part);
  static torch::Tensor content_slope(const Layer& layer, const Part& part);
  torch::Tensor slope_at(const Part& part);

  Encoder encoder_;
  Weighing weighing_;
  torch::Tensor alpha_;
  Room room_;
  TiledEncoder seen_by_;
  std::map<std::string, Layer> layers_;
};

}  // namespace pastiche
