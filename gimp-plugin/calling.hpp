#pragma once

#include <libgimp/gimp.h>

#include <functional>
#include <string>

/// One call's picture in GIMP: the drawable, and the part of it that is meant.
struct Target {
  GimpImage* image;
  GimpDrawable* drawable;
  GeglRectangle area;
};

std::string name_of(GimpItem* item);

/// Throws BadImage with the sentence.
[[noreturn]] void refuse(const std::string& sentence);

/// The one drawable and its selected part; throws BadImage with why it cannot be.
Target find_target(GimpImage* image, GimpDrawable** drawables);

/// Throws BadImage with why `image` takes no new layer, if so.
void check_takes_layer(GimpImage* image);

/// What a procedure returns to GIMP: what `act` does, or the status and the
/// sentence of the exception it throws. No exception leaves it.
GimpValueArray* answered(GimpProcedure* procedure, const std::function<GimpValueArray*()>& act);
