#pragma once

#include <atomic>

#include "nets/transformer_net.hpp"
#include "stream/painting.hpp"

namespace pastiche {

/// The network with the norm of `blend` {1, rows}, as the streamed painter takes it.
stream::Network network_of(TransformerNet& net, const torch::Tensor& blend);

/// Reads `from` and writes `to`, {1, 3, H, W} float32 on the CPU of any strides and of equal
/// sizes, both clamped to 0..1; sets `broken` when a result is no finite number. The tensors'
/// memory has to outlive it.
stream::Canvas canvas_between(const torch::Tensor& from, const torch::Tensor& to,
                              std::atomic<bool>& broken);

}  // namespace pastiche
