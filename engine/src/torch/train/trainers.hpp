#pragma once

#include <string_view>

#include "pastiche/trainer.hpp"
#include "train/train_options.hpp"

namespace pastiche {

/// The trainer of that name, on the settings given. See each below.
Facts run_trainer(std::string_view name, const Pictures& pictures, const Settings& settings,
                  const std::string& output, const Progress& progress);

/// Writes `output` (safetensors, "encoder") with its card and manifest row. The
/// card reports each layer's correlation with the teacher on held-out squares.
Facts train_encoder(const EncoderTrainOptions& options, const std::string& output,
                    const Progress& progress);

/// Writes `output` (safetensors, "transformer") with its card and manifest row.
Facts train_fast_style(const FastStyleTrainOptions& options, const std::string& output,
                       const Progress& progress);

}  // namespace pastiche
