#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "device.hpp"
#include "pastiche/prediction.hpp"
#include "predict/machine.hpp"

namespace pastiche {

/// What a call takes, as its planner sees it.
struct Need {
  Compute compute;
  std::string precision = {};
  int64_t width = 0, height = 0;  ///< px, worked at in the end
  int tiles = 1;
  double bytes = 0;  ///< resident at the peak, of the whole process
  std::vector<Work> work = {};
};

/// LibTorch's code and ours as far as it is used, its threads and work space: resident bytes of a
/// call with a picture of a few pixels.
inline constexpr double bytes_of_libraries = 187e6;

/// Bytes of a picture as an Image and as a tensor.
inline constexpr double bytes_of_image = 4 * 4, bytes_of_rgb = 3 * 4;

/// "fp32" or "bf16".
const char* name_of(torch::ScalarType dtype);

double pixels_of(const Sizes& sizes, const char* input);

/// Seconds that `act` takes.
double timed(const std::function<void()>& act);

/// The costs of what is done to pictures, by their pixels. `seconds(side)` does each kind once to a
/// square one; it is asked for larger ones as long as that takes little time.
Costs cost_of_pixels(const std::function<std::map<std::string, double>(int64_t side)>& seconds);

/// Pictures of so many pixels made tensors and back, and tensors of so many in all resized.
Work converting(double pixels);
Work resizing(double pixels);

}  // namespace pastiche
