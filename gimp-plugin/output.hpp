#pragma once

#include <libgimp/gimp.h>

#include <string>
#include <string_view>

#include "calling.hpp"
#include "pastiche/image.hpp"

/// What `output` may be: where a result goes. The first is the default.
inline constexpr const char* outputs[] = {"replace", "new-layer", "new-image"};

/// Puts `after` (made of `before`, see write_pixels) where `output` says, as one
/// undo step, with `recipe` attached as a parasite, and returns the drawable
/// that holds it. `name` is for a new layer. A new image is shown when `display`.
/// Throws Error::Output when GIMP refuses.
GimpDrawable* place(const Target& target, std::string_view output, const std::string& name,
                    const pastiche::Image& before, pastiche::Image after, const std::string& recipe,
                    bool display);
