#pragma once

#include "device.hpp"
#include "generate/generate_options.hpp"
#include "generate/texture_options.hpp"
#include "pastiche/prediction.hpp"
#include "store/generator_plan.hpp"

namespace pastiche {

inline constexpr int64_t texture_margin = 64;  ///< px around a picture that shall not be tileable

/// What is computed of a texture before it is enlarged or cut, in px.
struct TextureField {
  int64_t height, width;
};

TextureField field_of(const TextureOptions& options);

/// Resident bytes at the peak of the process, with a net of so many channels at its end. Throws
/// OutOfMemory when more are needed than allowed.
double texture_bytes(const TextureField& field, const TextureOptions& options, int64_t channels,
                     const Compute& compute);

/// Of each sample; `content` may be null.
PictureSize sample_size(const GenerateOptions& options, const GeneratorPlan& plan,
                        const PictureSize* content);

/// As texture_bytes(), of `count` samples, on a sheet or not.
double sample_bytes(const PictureSize& size, std::size_t count, bool grid, const Compute& compute);

}  // namespace pastiche
