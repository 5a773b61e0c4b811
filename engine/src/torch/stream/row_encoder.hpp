#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "stream/encoder_kernels.hpp"
#include "stream/packed_conv.hpp"
#include "stream/row_flow.hpp"

namespace pastiche::stream {

/// A 3x3 convolution with ReLU of an encoder; `in` is 3 or a multiple of `group`, `out` a multiple.
struct EncoderLayer {
  ConvWeights conv;
  bool pooled = false;  ///< its input is the last layer's, halved
  bool seen = false;    ///< a loss looks at its features
};

/// How an encoder is computed.
struct EncoderPlan {
  std::vector<EncoderLayer> layers;
  float colour[3][3], offset[3];  ///< the first layer's input: colour * rgb + offset
  Border border = Border::Reflect;
  bool largest = true;  ///< pools the largest, otherwise the mean
  bool bf16 = false;
};

/// Whole rows of a layer's features, {rows, width, channels}.
struct FeatureRows {
  int layer;
  long first_row, rows, width, channels;
  const float* data;
};

/// An encoder that computes a picture row by row through all layers at once, so that what passes
/// between them stays in the processor's caches and little memory is needed: of each layer a few
/// rows, for the way back a bit for each activation, and the features that are seen.
class RowEncoder {
 public:
  using See = std::function<void(const FeatureRows&)>;

  /// The gradient at those features, of the same shape; read before the next call.
  using Pull = std::function<const float*(const FeatureRows&)>;

  /// Sides of pictures have to be at least smallest_side().
  explicit RowEncoder(EncoderPlan plan);
  ~RowEncoder();

  long smallest_side() const;

  /// `planes`: the picture's red, green and blue, height x width floats each, which stay where
  /// they are until backward() has ended if it is to `keep`.
  void forward(const float* const planes[3], long height, long width, bool keep, const See& see);

  /// REQUIRES a forward() that kept. Writes planes of the picture's gradient.
  void backward(const Pull& pull, float* const planes[3]);

  /// Bytes that a pixel takes when it is kept, in a picture of many rows; a few rows more than that
  /// are under way.
  double bytes_per_pixel() const;

  /// Bytes that each weight of a convolution takes: as it was given, and packed for both ways.
  double bytes_per_weight() const;

  /// Bytes of those rows, in a picture of a height and width.
  std::function<double(long, long)> bytes_under_way() const;

 private:
  struct Stage;

  void pack(bool back);
  void lay_out(long height, long width, bool keep);
  long cap(const Stage& stage) const;
  long rows_kept(const Stage& stage) const;
  void read_colours(long first, long last);
  void activate(std::size_t l, long first, long last, bool signs, float* floats);
  void pool(std::size_t l, long first, long last, bool keep);
  void pass_back(std::size_t l, long first, long last, float* rows, long step);
  void gate(std::size_t l, long first, long last, const float* rows, long step, const Pull& pull);
  void go_back(std::size_t l, long first, long last, const Pull& pull);
  void write_colours(long first, long last, float* const planes[3]);
  float* room_of(int worker, int part) {
    return workers_[std::size_t(worker)].rows.floats() + std::size_t(part) * row_floats_;
  }
  Buffer& parts_of(int worker) { return workers_[std::size_t(worker)].parts; }

  /// What a thread works in: rows of any layer, and what a convolution makes its sums from.
  struct Worker {
    Buffer rows, parts;
  };

  EncoderPlan plan_;
  const Kernels& kernels_;
  const EncoderKernels& own_;
  std::vector<Stage> stages_;
  const float* planes_[3] = {};
  long height_ = 0, width_ = 0, chunk_ = 0;
  std::size_t row_floats_ = 0;   // of the widest rows that are computed together
  std::vector<Worker> workers_;  // room for three of them each
  Buffer zeros_, rows_, halves_;
};

}  // namespace pastiche::stream
