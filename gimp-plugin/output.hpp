#pragma once

#include <libgimp/gimp.h>

#include <string>
#include <string_view>
#include <vector>

#include "calling.hpp"
#include "pastiche/image.hpp"

/// Puts `after` (made of the target, see write_pixels) where `output` says, as one
/// undo step, with `recipe` attached as a parasite, and returns the drawable
/// that holds it. `name` is for a new layer. A new image is shown when `display`.
/// Throws Error::Output when GIMP refuses.
GimpDrawable* place(const Target& target, std::string_view output, const std::string& name,
                    pastiche::Image after, const std::string& recipe, bool display);

/// A picture made from nothing, as a layer.
struct Made {
  std::string name;
  pastiche::Image picture;
  std::string recipe;
  int x = 0;  ///< where it goes, in image pixels
  int y = 0;
};

/// Puts them into an image, the first at the bottom, as one undo step: above the selected layer, or
/// on top where not just one is selected. Throws as place().
std::vector<GimpLayer*> place_made(GimpImage* image, const std::vector<Made>& made);

/// The same in a new image, of the kind of `like` if there is one. REQUIRES: they have one size.
std::vector<GimpLayer*> place_in_new_image(GimpImage* like, const std::vector<Made>& made,
                                           bool display);
