#pragma once

#include <torch/torch.h>

#include <vector>

namespace pastiche {

/// A convolution whose weight is divided by its largest singular value, found by
/// one power iteration per call while training (Miyato et al. 2018, "Spectral
/// normalization"). Tensors "weight", "bias", and the buffer "singular" {out}.
struct SpectralConvImpl : torch::nn::Module {
  SpectralConvImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride);

  torch::Tensor forward(const torch::Tensor& x);

  torch::Tensor weight, bias, singular;

 private:
  int64_t stride_;
};
TORCH_MODULE(SpectralConv);

/// Tells patches of style pictures from painted ones (PatchGAN: Isola et al.
/// 2017; a receptive field of 70 px), knowing which style they should have by a
/// projection (Miyato & Koyama 2018).
struct PatchDiscriminatorImpl : torch::nn::Module {
  /// `width` channels of the first convolution; `styles` rows of the projection.
  PatchDiscriminatorImpl(int64_t width, int64_t styles);

  /// x {N, 3, H, W} in 0..1, H and W at least 32; ids {N}: each sample's style.
  /// One number a patch {N, 1, h, w}, the larger the likelier it is genuine.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& ids);

 private:
  std::vector<SpectralConv> layers_;
  SpectralConv out_;
  torch::nn::Embedding styles_;
};
TORCH_MODULE(PatchDiscriminator);

}  // namespace pastiche
