#pragma once

#include <string>
#include <vector>

#include "common_options.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Pictures sampled from a generator (GAN or VAE).
struct GenerateOptions {
  std::string model = "landscapes";  ///< a generator's name, or a file
  std::string class_name = "";       ///< one of the model's classes; "" = drawn by the seed
  int count = 1;                     ///< samples, of the seeds from `seed` on
  int frames = 0;                    ///< pictures on the way from `seed` to `to_seed`; 0 = none
  int to_seed = 1;
  std::string latent = "";       ///< seeds with weights, whose latents are added; "" = the seed's
  std::string latent_file = "";  ///< safetensors with "latent" {N, size}; "" = none
  int latent_row = -1;           ///< which of them; -1 = all
  double truncation = 1;         ///< what latents are multiplied by
  double vary = 0;               ///< of a picture: how far from it, 0 rebuilds it (VAE)
  int width = 0;                 ///< of the picture, px; 0 = the model's
  int height = 0;
  std::string fit = "contain";  ///< contain, cover, stretch, tile: how a sample fills that
  bool grid = false;            ///< all samples on one sheet
  std::string models = "";
  CommonOptions common = {};
};

extern const Filter generate_filter;
PASTICHE_API GenerateOptions generate_options(const Settings& settings);

}  // namespace pastiche
