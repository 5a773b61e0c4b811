#pragma once

#include <filesystem>
#include <string>

#include "pastiche/models.hpp"
#include "pastiche/settings.hpp"

namespace pastiche {

/// What a TorchScript module that makes pictures of latents does not tell of itself: "latent",
/// "width", "height", "channels" and "range".
PASTICHE_API const Params& torchscript_params();

/// Takes over such a module as a model of the architecture "torchscript". It is a program, which
/// runs whenever the model is used: REQUIRES that the user said by name that its maker is trusted.
/// That is remembered by the module's hash, in `trusted-torchscript` beside user_models(); a
/// module that is not in there never runs, whatever folder it lies in. Name and folder as
/// import_model() has them. Throws NoModel for a file that is no TorchScript module, BadSetting,
/// Output.
PASTICHE_API Model import_torchscript(const std::filesystem::path& file, const std::string& name,
                                      const std::filesystem::path& folder,
                                      const Settings& settings);

}  // namespace pastiche
