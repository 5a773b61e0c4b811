#pragma once

#include <atomic>

#include "nets/transformer_net.hpp"
#include "stream/painting.hpp"

namespace pastiche {

/// The network with the norm of `blend` {1, rows}, as the streamed painter takes it.
stream::Network network_of(TransformerNet& net, const torch::Tensor& blend);

/// Reads rows of {1, 3, H, W} float32 on the CPU of any strides, clamped to 0..1. The tensor's
/// memory has to outlive it.
std::function<void(int row, float* rgb)> reader_of(const torch::Tensor& from);

/// Writes them, clamped likewise; sets `broken` when a value is no finite number.
std::function<void(int row, const float* const rgb[3])> writer_to(const torch::Tensor& to,
                                                                  std::atomic<bool>& broken);

/// Reads `from` and writes `to`, of equal sizes; they may be the same.
stream::Canvas canvas_between(const torch::Tensor& from, const torch::Tensor& to,
                              std::atomic<bool>& broken);

}  // namespace pastiche
