#pragma once

#include "stream/layer.hpp"
#include "stream/painting.hpp"

namespace pastiche::stream {

/// A picture in another size, as resize() of tensor_image.hpp makes it: by area where both sides
/// shrink, else bicubic. Each row of the result is written once, by one of several threads; of the
/// pictures nothing is kept but a few rows.
void resize_rows(Grid from, const decltype(Canvas::read)& read, Grid to,
                 const decltype(Canvas::write)& write, int threads);

}  // namespace pastiche::stream
