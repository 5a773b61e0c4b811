#include "data/picture_file.hpp"
#include "data/plot.hpp"
#include "pastiche/error.hpp"

namespace pastiche {

torch::Tensor decode(const std::filesystem::path& file) {
  throw Error(Error::Kind::NoDevice,
              "The picture " + file.string() + " cannot be read: this build has no OpenCV.");
}

void encode(const std::filesystem::path&, const torch::Tensor&) {}

void plot(const std::filesystem::path&, const std::vector<PlotLine>&) {}

}  // namespace pastiche
