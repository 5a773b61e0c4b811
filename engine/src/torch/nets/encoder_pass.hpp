#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "nets/encoder.hpp"

namespace pastiche {

/// A picture's way through an encoder, and a loss's way back. Features are seen
/// in pieces of whole rows, so that an implementation need not hold a layer.
class EncoderPass {
 public:
  struct Piece {
    const std::string& layer;
    int64_t first_row;       ///< of the layer, counted in its own rows
    torch::Tensor features;  ///< {1, C, rows, W}
  };
  using See = std::function<void(const Piece& piece)>;

  /// The loss's gradient at those features, of the same shape.
  using Pull = std::function<torch::Tensor(const Piece& piece)>;

  virtual ~EncoderPass() = default;

  /// Shows `see` the features of a picture {1, 3, H, W}, RGB in 0..1: each layer's
  /// rows once and in order. `keep` says that backward() follows.
  virtual void forward(const torch::Tensor& picture, const See& see, bool keep) = 0;

  /// The gradient at that picture, {1, 3, H, W} float32, of a loss that depends on
  /// the features by `pull`. REQUIRES a forward() that kept, once for each call.
  virtual torch::Tensor backward(const Pull& pull) = 0;

  /// Bytes that a pixel of the picture takes at the peak of both, about.
  virtual double bytes_per_pixel() const = 0;

  /// And those that a picture of a height and width takes besides.
  virtual std::function<double(int64_t, int64_t)> bytes_under_way() const {
    return [](int64_t, int64_t) { return 0; };
  }

  /// Of a parameter of the encoder, in the pass.
  virtual double bytes_per_parameter() const { return 0; }

  /// Whether features are the same to the last bit however a picture's rows are divided.
  virtual bool is_exact_by_rows() const { return false; }
};

/// By LibTorch's operators, on any device, for any encoder. `padding` is that of
/// the picture's borders.
std::unique_ptr<EncoderPass> make_autograd_pass(Encoder encoder, std::set<std::string> layers,
                                                Padding padding, torch::ScalarType dtype);

/// On a processor by rows streamed through all layers, which is faster and takes a fraction of
/// the memory, for encoders whose channels come in groups of 16; otherwise by LibTorch's operators.
std::unique_ptr<EncoderPass> make_pass(Encoder encoder, const std::set<std::string>& layers,
                                       Padding padding, torch::ScalarType dtype);

/// Whether make_pass() on a processor streams this encoder, and faster in bf16 than in fp32.
bool is_faster_in_bf16(Encoder encoder);

}  // namespace pastiche
