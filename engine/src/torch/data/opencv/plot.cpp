#include <algorithm>
#include <cmath>
#include <format>
#include <opencv2/imgproc.hpp>

#include "data/opencv/part.hpp"

namespace pastiche::opencv {
namespace {

constexpr int width = 960, height = 600, left = 80, right = 180, top = 20, bottom = 50;
const cv::Scalar ink(60, 60, 60), rule(225, 225, 225);

/// Okabe & Ito's colours, which the colour-blind tell apart; BGR.
const cv::Scalar colours[] = {{178, 114, 0}, {0, 94, 213},   {115, 158, 0},  {167, 121, 204},
                              {0, 159, 230}, {233, 180, 86}, {66, 228, 240}, {0, 0, 0}};

/// Where values lie on the picture.
struct Axes {
  double x0, x1, y0, y1;  // the ordinate's as decimal logarithms

  cv::Point at(double x, double y) const {
    const double across = (x - x0) / std::max(x1 - x0, 1e-9);
    const double up = (std::log10(y) - y0) / std::max(y1 - y0, 1e-9);
    return {left + int(across * (width - left - right)),
            height - bottom - int(up * (height - top - bottom))};
  }
};

Axes axes_of(const std::vector<PlotLine>& lines) {
  Axes axes = {1e300, -1e300, 1e300, -1e300};
  for (const PlotLine& line : lines)
    for (const auto& [x, y] : line.points) {
      axes.x0 = std::min(axes.x0, x), axes.x1 = std::max(axes.x1, x);
      axes.y0 = std::min(axes.y0, std::log10(y)), axes.y1 = std::max(axes.y1, std::log10(y));
    }
  axes.y0 = std::floor(axes.y0), axes.y1 = std::max(std::ceil(axes.y1), axes.y0 + 1);
  return axes;
}

void write(cv::Mat& picture, const std::string& text, cv::Point where, const cv::Scalar& colour) {
  cv::putText(picture, text, where, cv::FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv::LINE_AA);
}

void draw_axes(cv::Mat& picture, const Axes& axes) {
  for (int power = int(axes.y0); power <= int(axes.y1); ++power) {
    const cv::Point from = axes.at(axes.x0, std::pow(10, power));
    cv::line(picture, from, {width - right, from.y}, rule);
    write(picture, std::format("{:g}", std::pow(10, power)), {10, from.y + 5}, ink);
  }
  for (int i = 0; i <= 4; ++i) {
    const double x = axes.x0 + (axes.x1 - axes.x0) * i / 4;
    const cv::Point from = axes.at(x, std::pow(10, axes.y0));
    cv::line(picture, from, {from.x, top}, rule);
    write(picture, std::format("{:.0f}", x), {from.x - 15, from.y + 25}, ink);
  }
  write(picture, "step", {(left + width - right) / 2, height - 8}, ink);
}

}  // namespace

void plot(const std::filesystem::path& file, const std::vector<PlotLine>& lines) {
  if (lines.empty()) return;
  const Axes axes = axes_of(lines);
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar(255, 255, 255));
  draw_axes(picture, axes);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const cv::Scalar& colour = colours[i % std::size(colours)];
    std::vector<cv::Point> points;
    for (const auto& [x, y] : lines[i].points) points.push_back(axes.at(x, y));
    cv::polylines(picture, points, false, colour, 1, cv::LINE_AA);
    write(picture, lines[i].name, {width - right + 12, top + 15 + 20 * int(i)}, colour);
  }
  encode(
      file,
      torch::from_blob(picture.data, {height, width, 3}, torch::kUInt8).permute({2, 0, 1}).flip(0));
}

}  // namespace pastiche::opencv
