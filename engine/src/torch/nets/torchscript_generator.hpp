#pragma once

#include "nets/generator.hpp"

namespace pastiche {

/// A TorchScript module that makes pictures of latents {N, latent} or {N, latent, 1, 1}, whichever
/// it takes. It is a program: throws NoModel, before it runs, unless it is one that the user said
/// to trust (import_torchscript); or when it does not make the pictures that its metadata say.
GeneratorPtr load_torchscript(const TensorFile& file);

}  // namespace pastiche
