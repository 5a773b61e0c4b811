#pragma once

#include "data/picture_file.hpp"
#include "data/plot.hpp"
#include "pastiche/export.hpp"

namespace pastiche {

/// What OpenCV does for trainings, in a library of its own, libpastiche-opencv: the hundred and
/// fifty libraries behind OpenCV's picture files take longer to load than a small picture to paint,
/// so they are opened when the first file is read. Fetched by the name `pastiche_opencv`; both
/// sides are built together, which `version` guards.
struct OpencvPart {
  const char* version;
  torch::Tensor (*decode)(const std::filesystem::path& file);
  void (*encode)(const std::filesystem::path& file, const torch::Tensor& rgb);
  void (*plot)(const std::filesystem::path& file, const std::vector<PlotLine>& lines);
};

namespace opencv {

// As the functions of the same names in data/picture_file.hpp and data/plot.hpp.
torch::Tensor decode(const std::filesystem::path& file);
void encode(const std::filesystem::path& file, const torch::Tensor& rgb);
void plot(const std::filesystem::path& file, const std::vector<PlotLine>& lines);

}  // namespace opencv
}  // namespace pastiche

extern "C" PASTICHE_API const pastiche::OpencvPart* pastiche_opencv();
