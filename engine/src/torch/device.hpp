#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "common_options.hpp"

namespace pastiche {

/// Where and in what a call computes, resolved from CommonOptions.
struct Compute {
  torch::Device device = torch::kCPU;
  torch::ScalarType dtype = torch::kFloat32;  ///< of the networks; statistics stay float32
  std::size_t memory = 0;                     ///< bytes the call may use in all
};

/// Throws NoDevice when CUDA is asked for and there is none. "auto" precision
/// is fp32 on the CPU and bf16 where CUDA has it. The memory is what the options
/// say, or what is free and the `held` bytes that the call's pictures have
/// already; in either case no more than limits from outside leave.
Compute resolve(const CommonOptions& options, std::size_t held = 0);

/// Which library computes LibTorch's matrix products on the CPU: "OpenBLAS 0.3.29",
/// or words that say what is wrong with it.
std::string blas();

/// OpenBLAS has threads of its own, which wait for the next product in a loop: beside LibTorch's, on as
/// many cores, they made a step of gatys two and a half times as long.
void keep_blas_to_one_thread();

/// "cpu: 2 threads, OpenBLAS 0.3.29", then "cuda:0" and so on.
std::vector<std::string> device_names();

/// The name for Result::facts: "cpu" or "cuda:0".
std::string name_of(const Compute& compute);

/// A generator of its own, so that calls side by side do not share a seed.
torch::Generator generator(const Compute& compute, int seed);

}  // namespace pastiche
