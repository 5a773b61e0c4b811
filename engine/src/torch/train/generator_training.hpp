#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "nets/generator.hpp"
#include "train/loop.hpp"

namespace pastiche {

/// A plan for pictures of `side` px and so many `channels` from what the trainers gan and vae are
/// told. Throws BadSetting for a side that the network cannot have.
GeneratorPlan generator_plan(const std::string& network, int latent, int width, int channels,
                             int side);

/// Throws BadImage when there are fewer than 16 pictures, from which nothing but themselves could be
/// learnt.
void check_enough(const PictureSet& pictures);

/// Random numbers of one step alone, on the CPU.
torch::Generator random_of(int seed, int index);

/// OUTPUT.samples.png: 8 x 8 samples of the first seeds, the classes in turn. In eval mode.
void write_samples(Generator& generator, const std::filesystem::path& output);

/// Writes a generator (`module` holds all tensors: itself as "generator.", or a whole VAE) as
/// `output` with its card and manifest row; removes the checkpoint.
void save_generator(const torch::nn::Module& module, const GeneratorPlan& plan,
                    const std::string& trainer, const LoopOptions& loop, const PictureSet& pictures,
                    const Compute& compute, const Facts& facts, const nlohmann::json& further,
                    double seconds, const std::string& output);

}  // namespace pastiche
