#include "stream/resize_rows.hpp"

#include <algorithm>
#include <vector>

#include "stream/bands.hpp"
#include "stream/taps.hpp"

namespace pastiche::stream {
namespace {

/// What one thread needs: rows of the source that have the result's width already.
class Resizer {
 public:
  Resizer(Grid from, Grid to, const decltype(Canvas::read)& read, const Taps& rows,
          const Taps& columns)
      : width_(to.width), read_(read), rows_(rows), columns_(columns) {
    whole_.resize(std::size_t(from.width) * 3);
    sum_.resize(std::size_t(width_) * 3);
  }

  void make(int row, const decltype(Canvas::write)& write) {
    std::ranges::fill(sum_, 0.0f);
    for (const Taps::Tap* tap = rows_.begin(row); tap != rows_.end(row); ++tap) {
      const std::vector<float>& line = row_of_source(tap->place);
      for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += tap->weight * line[i];
    }
    for (float& value : sum_) value = std::clamp(value, 0.0f, 1.0f);
    const float* const planes[3] = {&sum_[0], &sum_[std::size_t(width_)],
                                    &sum_[2 * std::size_t(width_)]};
    write(row, planes);
  }

 private:
  const std::vector<float>& row_of_source(int row) {
    Line& line = lines_[row % 4];
    if (line.row == row) return line.planes;
    line.row = row;
    line.planes.assign(sum_.size(), 0);
    read_(row, whole_.data());
    for (int x = 0; x < width_; ++x)
      for (const Taps::Tap* tap = columns_.begin(x); tap != columns_.end(x); ++tap)
        for (int c = 0; c < 3; ++c)
          line.planes[std::size_t(c * width_ + x)] +=
              tap->weight * whole_[std::size_t(3 * tap->place + c)];
    return line.planes;
  }

  struct Line {
    int row = -1;
    std::vector<float> planes;
  };

  const int width_;
  const decltype(Canvas::read)& read_;
  const Taps &rows_, &columns_;
  std::vector<float> whole_, sum_;
  Line lines_[4];
};

}  // namespace

void resize_rows(Grid from, const decltype(Canvas::read)& read, Grid to,
                 const decltype(Canvas::write)& write, int threads) {
  const bool by_area = to.width <= from.width && to.height <= from.height;
  const Taps rows(from.height, to.height, by_area), columns(from.width, to.width, by_area);
  std::vector<Resizer> resizers(std::size_t(std::max(1, threads)),
                                Resizer(from, to, read, rows, columns));
  constexpr int at_once = 64;
  in_bands((to.height + at_once - 1) / at_once, int(resizers.size()), [&](int band, int worker) {
    for (int row = band * at_once; row < std::min((band + 1) * at_once, to.height); ++row)
      resizers[std::size_t(worker)].make(row, write);
    return true;
  });
}

}  // namespace pastiche::stream
