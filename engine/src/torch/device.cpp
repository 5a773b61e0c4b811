#include "device.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <string>

#include "memory_left.hpp"
#include "pastiche/error.hpp"

namespace pastiche {

Compute resolve(const CommonOptions& options, std::size_t held) {
  Compute compute;
  const bool has_cuda = torch::cuda::is_available();
  if (options.device == "cuda" && !has_cuda)
    throw Error(Error::Kind::NoDevice,
                "The device \"cuda\" is not available here; \"auto\" or \"cpu\" will do.");
  if (options.device != "cpu" && has_cuda) compute.device = torch::Device(torch::kCUDA, 0);
  // On a CPU only some processors are faster in bf16, so it has to be asked for.
  if (options.precision == "bf16" || (options.precision == "auto" && compute.device.is_cuda()))
    compute.dtype = torch::kBFloat16;
  // A fifth is left to everyone else.
  const auto share = [&](std::size_t left) { return held + left / 5 * 4; };
  compute.memory = options.memory > 0
                       ? std::min(std::size_t(options.memory) << 20, share(allowed_memory()))
                       : share(free_memory());
  return compute;
}

std::string blas() {
  // OpenBLAS alone has this symbol; LibTorch links whatever libblas.so.3 is.
  using Config = const char* (*)();
  const auto config = reinterpret_cast<Config>(dlsym(RTLD_DEFAULT, "openblas_get_config"));
  if (config == nullptr)
    return "a BLAS that may be thirty times slower than OpenBLAS (libopenblas0-pthread)";
  const std::string words = config();  // "OpenBLAS 0.3.29 NO_AFFINITY ..."
  return words.substr(0, words.find(' ', words.find(' ') + 1));
}

void keep_blas_to_one_thread() {
  using Set = void (*)(int);
  if (const auto set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(1);
}

std::vector<std::string> device_names() {
  std::vector<std::string> names = {"cpu: " + std::to_string(at::get_num_threads()) + " threads, " +
                                    blas()};
  for (int i = 0; i < int(torch::cuda::device_count()); ++i)
    names.push_back("cuda:" + std::to_string(i));
  return names;
}

std::string name_of(const Compute& compute) { return compute.device.str(); }

torch::Generator generator(const Compute& compute, int seed) {
  torch::Generator g = compute.device.is_cuda()
                           ? at::globalContext().defaultGenerator(compute.device).clone()
                           : at::detail::createCPUGenerator();
  g.set_current_seed(std::uint64_t(seed));
  return g;
}

}  // namespace pastiche
