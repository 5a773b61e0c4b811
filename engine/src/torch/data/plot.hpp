#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace pastiche {

struct PlotLine {
  std::string name;
  std::vector<std::pair<double, double>> points;  ///< x, and y above 0
};

/// Draws lines over a linear abscissa and a logarithmic ordinate, with a legend,
/// as a picture of 960 x 600 px in the format of the name's ending. Does nothing
/// without a point, or in a build without picture files. Throws Output.
void plot(const std::filesystem::path& file, const std::vector<PlotLine>& lines);

}  // namespace pastiche
