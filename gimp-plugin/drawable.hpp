#pragma once

#include <libgimp/gimp.h>

#include "pastiche/image.hpp"

/// The bounding box of what the selection lets through of a drawable, in the
/// drawable's own pixels; width 0 when it lets nothing through.
GeglRectangle selected_area(GimpDrawable* drawable);

/// A part of a drawable of any type, precision and profile as sRGB, straight
/// alpha (1 where there is no alpha channel). Colours outside sRGB go beyond 0..1.
/// A `scale` below 1 makes it smaller.
pastiche::Image read_pixels(GimpDrawable* drawable, const GeglRectangle& area, double scale = 1);

/// Copies `area` of `source` into `target` at `at`, then lays `after` over it
/// wherever it differs from what read_pixels gives for the same area. A pixel
/// that the filter left alone so keeps its own bytes: the way to sRGB and back
/// is not exact in every profile and precision.
/// REQUIRES: `after` has the size of `area`.
void write_pixels(GeglBuffer* target, GimpDrawable* source, const GeglRectangle& area, int at_x,
                  int at_y, const pastiche::Image& after);

/// Fills a drawable, whose size `picture` has.
void write_picture(GimpDrawable* drawable, const pastiche::Image& picture);

/// Multiplies alpha by the image's selection, whose part at (x, y) in image
/// pixels lies under `picture`. Does nothing when nothing is selected.
void cut_to_selection(GimpImage* image, int x, int y, pastiche::Image& picture);
