#pragma once

#include <torch/torch.h>

#include <optional>

#include "stream/row_moments.hpp"
#include "style/moments.hpp"
#include "style/style_loss.hpp"
#include "style/tiled_encoder.hpp"

namespace pastiche {

/// The moments of a layer whose features come in parts. `weights` {1, 1, h, w} are
/// of the whole layer's size, undefined where all places count alike.
class PartMoments {
 public:
  explicit PartMoments(torch::Tensor weights = {}) : weights_(std::move(weights)) {}

  void see(const Part& part);
  void forget() { sum_ = {}, rows_ = {}; }
  Moments total() const;

  /// Of all places seen: their number or their weights' sum.
  double count() const { return sum_.count() + rows_.count(); }

  /// {h w, 1}, undefined where all count alike.
  torch::Tensor weights_at(const Part& part) const;

 private:
  torch::Tensor weights_;
  MomentSum sum_;
  stream::RowMoments rows_;  // instead, of streamed rows
};

/// A term of the loss that is known from sums over a layer's features: forget(),
/// see() each part, conclude(), and its gradient is known at any part.
class StyleTerm {
 public:
  StyleTerm(StyleLoss loss, torch::Tensor weights)
      : loss_(std::move(loss)), seen_(std::move(weights)) {}

  void forget() { seen_.forget(); }
  void see(const Part& part) { seen_.see(part); }

  /// The loss; slope() will be `factor` times its own. NaN, and no slope, when features were not
  /// finite.
  double conclude(double factor);

  /// {h w, C} float32.
  torch::Tensor slope(const Part& part);

 private:
  StyleLoss loss_;
  PartMoments seen_;
  Moments total_, slope_;
  std::optional<stream::AffineRows> map_;  // the slope of streamed rows
};

/// The mean squared distance of features from the content's, as a share of their
/// own mean square. Its `target` is learnt, a part at a time, before all else.
class ContentTerm {
 public:
  /// For a layer of height x width places.
  ContentTerm(int64_t height, int64_t width, torch::Tensor weights)
      : height_(height), width_(width), weights_(std::move(weights)) {}

  void unlearn() { size_ = 0; }
  void learn(const Part& part);

  void forget() { distance_ = 0; }
  void see(const Part& part);
  double conclude(double factor);
  torch::Tensor slope(const Part& part) const;

 private:
  int64_t height_, width_;
  torch::Tensor weights_, target_;
  double size_ = 0, distance_ = 0, factor_ = 1;
};

}  // namespace pastiche
