#include <algorithm>
#include <limits>

#include "stream/parallel.hpp"
#include "stream/row_encoder.hpp"
#include "stream/row_stage.hpp"

namespace pastiche::stream {

/// Rows of the gradient at a layer's input, from that behind its convolution: pixel 0 of row
/// `first` at `rows`, those after it `step` floats apart; a pixel more on each side is written.
void RowEncoder::pass_back(std::size_t l, long first, long last, float* rows, long step) {
  Stage& stage = stages_[l];
  const long width = stage.width, height = stage.height, channels = stage.back.padded();
  // Rows that go round are summed as any others, so that a part of them gives the same bits.
  const bool rings = plan_.border == Border::Circular;
  const auto row_at = [&](long y) -> const std::byte* {
    const long row = rings ? inside(y, height, plan_.border) : y;
    return row < 0 || row >= height ? zeros_.data() : stage.gradient.row(row);
  };
  const auto compute = [&](long begin, long end, float* sums, int worker) {
    stage.back.sums(begin, end, width + 2, row_at, sums, (width + 2) * channels, parts_of(worker));
  };
  const long together = stage.back.rows_at_once(width + 2, last - first);
  each_rows(first, last, together, [&](long begin, long end, int worker) {
    float* own = room_of(worker, 0);
    compute(begin, end, own, worker);
    for (long y = begin; y < end; ++y, own += (width + 2) * channels) {
      // What fell on the rows and columns beyond the borders belongs to those that stand for them.
      for (const long beyond : {-1L, height})
        if (!rings && inside(beyond, height, plan_.border) == y) {
          float* more = room_of(worker, 1);
          compute(beyond, beyond + 1, more, worker);
          for (long k = 0; k < (width + 2) * channels; ++k) own[k] += more[k];
        }
      float* row = own + channels;
      for (const long beyond : {-1L, width})
        if (const long to = inside(beyond, width, plan_.border); to >= 0)
          for (long c = 0; c < channels; ++c) row[to * channels + c] += row[beyond * channels + c];
      std::copy_n(row, width * channels, rows + (y - first) * step);
    }
  });
}

/// Rows of a layer's gradient, from those at its output: what `rows` has and the loss adds.
void RowEncoder::gate(std::size_t l, long first, long last, const float* rows, long step,
                      const Pull& pull) {
  Stage& stage = stages_[l];
  const float* more = nullptr;
  const long dense = stage.width * stage.out;
  if (stage.seen) {
    float* features = stage.features.floats() + (l > 0 ? first * dense : 0);
    if (l == 0) {
      read_colours(std::max(0L, first - 1), std::min(height_, last + 1));
      activate(0, first, last, false, features);
    }
    more = pull({int(l), first, last - first, stage.width, stage.out, features});
  }
  each(last - first, [&](long i, int) {
    own_.gate(rows + i * step, more ? more + i * dense : nullptr, stage.signs_at(first + i),
              int(stage.width), stage.out, stage.gradient.pixel(first + i, 0));
  });
}

void RowEncoder::write_colours(long first, long last, float* const planes[3]) {
  const long step = width_ * stages_[0].back.padded();
  float* rows = rows_.room_for(std::size_t((last - first) * step) * 4) ? rows_.floats() : nullptr;
  pass_back(0, first, last, rows, step);
  const int channels = stages_[0].back.padded();
  each(last - first, [&](long i, int) {
    const float* row = rows + i * step;
    for (int c = 0; c < 3; ++c) {
      float* out = planes[c] + (first + i) * width_;
      for (long x = 0; x < width_; ++x)
        out[x] = plan_.colour[0][c] * row[x * channels] +
                 plan_.colour[1][c] * row[x * channels + 1] +
                 plan_.colour[2][c] * row[x * channels + 2];
    }
  });
}

void RowEncoder::backward(const Pull& pull, float* const planes[3]) {
  const bool whole = plan_.border == Border::Circular;
  const std::size_t deepest = stages_.size() - 1;
  std::vector<Step> steps;
  {
    Stage& stage = stages_[deepest];
    steps.push_back(
        {.total = stage.height,
         .cap = cap(stage),
         .room = rows_kept(stage),
         .ready = [](long) { return std::numeric_limits<long>::max(); },
         .oldest = {},
         .make = [&](long a, long b) { gate(deepest, a, b, zeros_.floats(), 0, pull); }});
  }
  for (std::size_t l = deepest; l > 0; --l) {
    Stage& to = stages_[l - 1];
    const bool pooled = stages_[l].pooled;
    const long total = to.height, inputs = stages_[l].height;
    steps.push_back(
        {.total = total,
         .cap = cap(to),
         .room = rows_kept(to),
         .ready =
             [=](long in) {
               return in >= inputs ? total : whole ? 0 : pooled ? (in - 1) * 2 : (in - 1) / 2 * 2;
             },
         .oldest = [=](long done) { return whole ? 0 : done / (pooled ? 2 : 1) - 1; },
         .make = [this, l, &pull](long a, long b) { go_back(l, a, b, pull); }});
  }
  steps.push_back({.total = height_,
                   .cap = cap(stages_[0]),
                   .room = 0,
                   .ready =
                       [=, this](long in) {
                         return in >= height_ ? height_ : whole ? 0 : (in - 1) / 2 * 2;
                       },
                   .oldest = [=](long done) { return whole ? 0 : done - 1; },
                   .make = [this, planes](long a, long b) { write_colours(a, b, planes); }});
  flow(steps, stages_[deepest].height);
}

/// Rows of the gradient of layer l - 1, from that of layer l.
void RowEncoder::go_back(std::size_t l, long first, long last, const Pull& pull) {
  Stage &from = stages_[l], &to = stages_[l - 1];
  const long step = from.width * from.back.padded(), dense = to.width * to.out;
  if (!from.pooled) {
    float* rows = (rows_.room_for(std::size_t((last - first) * step) * 4), rows_.floats());
    pass_back(l, first, last, rows, step);
    return gate(l - 1, first, last, rows, step, pull);
  }
  // Whole pooled rows, of which the first one's upper row may be done already.
  const long start = first / 2, halves = std::min((last + 1) / 2, from.height) - start;
  rows_.room_for(std::size_t(halves * step) * 4);
  halves_.room_for(std::size_t((2 * halves + 1) * dense) * 4);
  pass_back(l, start, start + halves, rows_.floats(), step);
  each(halves, [&](long i, int) {
    float* upper = halves_.floats() + 2 * i * dense;
    own_.unpool(rows_.floats() + i * step, plan_.largest ? from.which_at(start + i) : nullptr,
                int(from.width), to.out, upper, upper + dense, plan_.largest);
    for (float* row : {upper, upper + dense})  // an odd column is in no pool
      std::fill(row + 2 * from.width * to.out, row + dense, 0.0f);
  });
  if (2 * (start + halves) < last)  // nor is an odd row
    std::fill_n(halves_.floats() + 2 * halves * dense, dense, 0.0f);
  gate(l - 1, first, last, halves_.floats() + first % 2 * dense, dense, pull);
}

}  // namespace pastiche::stream
