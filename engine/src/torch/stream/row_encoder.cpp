#include "stream/row_encoder.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "stream/parallel.hpp"

namespace pastiche::stream {
namespace {

constexpr long spare = 16;  // pixels that a convolution may read behind a row

/// The row or column that stands for one outside by a pixel; -1 for none.
long inside(long i, long size, Border border) {
  if (i >= 0 && i < size) return i;
  if (border == Border::Zero) return -1;
  if (border == Border::Circular) return (i + size) % size;
  const long beyond = i < 0 ? 0 : size - 1;
  return border == Border::Replicate ? beyond : 2 * beyond - i;
}

/// The last rows of a map of values, each with a border of `edge` pixels on both sides.
struct Ring {
  Buffer buffer;
  long rows = 0, width = 0;
  int channels = 0, edge = 0, value = 4;

  void shape(long new_rows, long new_width, int new_channels, int new_edge, int new_value) {
    if (rows == new_rows && width == new_width) return;
    rows = new_rows, width = new_width, channels = new_channels, edge = new_edge, value = new_value;
    const std::size_t bytes = std::size_t(rows) * row_bytes();
    std::memset(buffer.room_for(bytes), 0, bytes);
  }
  std::size_t row_bytes() const {
    return std::size_t((width + 2 * edge + spare) * channels * value + slack + 63) / 64 * 64;
  }
  std::byte* row(long y) { return buffer.data() + std::size_t(y % rows) * row_bytes(); }
  std::byte* pixel(long y, long x) { return row(y) + (x + edge) * channels * value; }

  void continue_row(long y, Border border) {
    const auto bytes = std::size_t(channels * value);
    for (const long x : {-1L, width}) {
      const long from = inside(x, width, border);
      from < 0 ? std::memset(pixel(y, x), 0, bytes)
               : std::memcpy(pixel(y, x), pixel(y, from), bytes);
    }
  }
};

/// Part of a computation that makes a map's rows from the rows of the one before.
struct Step {
  long total, cap, room;             // rows in all, at a time, and kept
  std::function<long(long)> ready;   // rows that can be made when so many of the input are
  std::function<long(long)> oldest;  // the input's oldest row needed when so many are made
  std::function<void(long, long)> make;
  long done = 0;
};

/// All rows of all steps, each as soon as may be, while the rows before it are in the caches.
void flow(std::vector<Step>& steps, long input_rows) {
  while (steps.back().done < steps.back().total)
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Step& step = steps[i];
      const long ready = step.ready(i > 0 ? steps[i - 1].done : input_rows);
      long end = std::min({ready, step.done + step.cap, step.total});
      if (i + 1 < steps.size() && step.room < step.total)
        end = std::min(end, steps[i + 1].oldest(steps[i + 1].done) + step.room);
      if (end > step.done) step.make(step.done, end);
      step.done = std::max(step.done, end);
    }
}

std::vector<float> turned(const ConvWeights& conv) {
  std::vector<float> weight(conv.weight.size());
  for (int o = 0; o < conv.out; ++o)
    for (int i = 0; i < conv.in; ++i)
      for (int t = 0; t < 9; ++t)
        weight[std::size_t((i * conv.out + o) * 9 + t)] =
            conv.weight[std::size_t((o * conv.in + i) * 9 + 8 - t)];
  return weight;
}

ConvWeights backwards(const ConvWeights& conv) {
  return {.in = conv.out,
          .out = conv.in,
          .side = 3,
          .weight = turned(conv),
          .scale = {},
          .shift = {},
          .bias = {}};
}

/// Sums of a convolution's row, from the three rows of its input.
void convolve(const Kernels& kernels, const PackedConv& conv, const std::byte* const rows[3],
              long pixels, float* sums) {
  for (const PackedConv::Block& block : conv.blocks)
    kernels.conv({.rows = rows,
                  .taps = 3,
                  .run = conv.run,
                  .step = conv.in,
                  .weights = conv.weights(0) + block.weights,
                  .vectors = block.vectors,
                  .out = sums + block.first,
                  .out_step = conv.padded,
                  .pixels = int(pixels)});
}

}  // namespace

struct RowEncoder::Stage {
  Stage(const EncoderLayer& layer, const Kernels& kernels)
      : in(kept_channels(layer.conv.in)),
        out(layer.conv.out),
        pooled(layer.pooled),
        seen(layer.seen),
        ahead(layer.conv, in, Resample::Same, kernels),
        back(backwards(layer.conv), out, Resample::Same, kernels),
        bias(layer.conv.bias) {}

  int in, out;
  bool pooled, seen;
  PackedConv ahead, back;
  std::vector<float> bias;

  long height = 0, width = 0, stride = 1;
  Ring input;     // of the first layer and behind a pooling; otherwise the last layer's output
  Ring output;    // after ReLU
  Ring gradient;  // of the output, before ReLU
  Buffer signs, which, features;

  std::uint16_t* signs_at(long y) {
    return reinterpret_cast<std::uint16_t*>(signs.data()) + y * width * (out / group);
  }
  std::uint16_t* which_at(long y) {
    return reinterpret_cast<std::uint16_t*>(which.data()) + y * width * (in / group) * 2;
  }
};

RowEncoder::RowEncoder(EncoderPlan plan)
    : plan_(std::move(plan)), kernels_(best_kernels(plan_.bf16)), own_(encoder_kernels(kernels_)) {
  long stride = 1;
  for (const EncoderLayer& layer : plan_.layers) {
    if (layer.pooled) stride *= 2;
    stages_.emplace_back(layer, kernels_);
    stages_.back().stride = stride;
  }
}

RowEncoder::~RowEncoder() = default;

long RowEncoder::smallest_side() const { return 2 * stages_.back().stride; }

void RowEncoder::lay_out(long height, long width, bool keep) {
  height_ = height, width_ = width;
  const bool whole = plan_.border == Border::Circular;
  const long cells = 65536;  // of a batch, for all threads to have work and seldom to wait
  const long step = stages_.back().stride;
  chunk_ = whole ? height : std::max(step, (cells / width + step - 1) / step * step);
  std::size_t widest = 0;
  for (std::size_t l = 0; l < stages_.size(); ++l) {
    Stage& stage = stages_[l];
    stage.height = height, stage.width = width;
    for (long s = stage.stride; s > 1; s /= 2) stage.height /= 2, stage.width /= 2;
    const int value = kernels_.value;
    const long rows = rows_kept(stage);
    if (l == 0 || stage.pooled) stage.input.shape(rows, stage.width, stage.in, 1, value);
    stage.output.shape(rows, stage.width, stage.out, 1, value);
    const auto cells = std::size_t(stage.height * stage.width);
    if (keep) {
      stage.gradient.shape(rows, stage.width, stage.out, 2, value);
      stage.signs.room_for(cells * std::size_t(stage.out / group) * 2);
      if (stage.pooled && plan_.largest)
        stage.which.room_for(cells * std::size_t(stage.in / group) * 4);
    }
    if (stage.seen) {
      const bool kept = keep && l > 0;
      stage.features.room_for((kept ? cells : std::size_t(rows * stage.width)) *
                              std::size_t(stage.out) * 4);
    }
    widest = std::max(widest, std::size_t((stage.width + 2 + spare) *
                                          std::max(stage.ahead.padded, stage.back.padded)) *
                                  4);
    widest = std::max(widest, stage.output.row_bytes() * std::size_t(8 / value));
  }
  row_floats_ = (widest + 63) / 64 * 16;
  zeros_.room_for(row_floats_ * 4);
  workers_.resize(std::size_t(threads()));
  for (Buffer& worker : workers_) worker.room_for(3 * row_floats_ * 4);
}

long RowEncoder::cap(const Stage& stage) const {
  return std::max(plan_.border == Border::Circular ? stage.height : 2, chunk_ / stage.stride);
}

long RowEncoder::rows_kept(const Stage& stage) const {
  return std::min(stage.height, cap(stage) + 6);
}

double RowEncoder::bytes_per_pixel() const {
  const bool whole = plan_.border == Border::Circular;
  double bytes = 0;
  for (std::size_t l = 0; l < stages_.size(); ++l) {
    const Stage& stage = stages_[l];
    double here = stage.out / 8.0 + (stage.pooled ? stage.in / 4.0 : 0);
    if (stage.seen && (l > 0 || whole)) here += 4.0 * stage.out;
    // All rows are under way at once, as values and as sums.
    if (whole) here += (2.0 * stage.out + stage.in) * kernels_.value + 8.0 * stage.out;
    bytes += here / double(stage.stride * stage.stride);
  }
  return bytes;
}

double RowEncoder::bytes_per_column() const {
  double bytes = 0;
  for (const Stage& stage : stages_) {
    const double batch = std::max(2.0, double(stages_.back().stride) / double(stage.stride));
    const double values = (stage.in + 2.0 * stage.out) * kernels_.value, sums = 12.0 * stage.out;
    bytes += ((batch + 6) * values + batch * sums) / double(stage.stride);
  }
  return bytes;
}

void RowEncoder::read_colours(long first, long last) {
  Ring& input = stages_[0].input;
  each(last - first, [&](long i, int worker) {
    const long y = first + i, at = y * width_;
    float* row = room_of(worker, 0);
    for (long x = 0; x < width_; ++x)
      for (int c = 0; c < 4; ++c)
        row[4 * x + c] = c == 3 ? 0
                                : plan_.colour[c][0] * planes_[0][at + x] +
                                      plan_.colour[c][1] * planes_[1][at + x] +
                                      plan_.colour[c][2] * planes_[2][at + x] + plan_.offset[c];
    kernels_.to_values(row, int(4 * width_), input.pixel(y, 0));
    input.continue_row(y, plan_.border);
  });
}

/// Rows of a layer's output; their signs and floats where they are wanted.
void RowEncoder::activate(std::size_t l, long first, long last, bool signs, float* floats) {
  Stage& stage = stages_[l];
  Ring& input = l == 0 || stage.pooled ? stage.input : stages_[l - 1].output;
  each(last - first, [&](long i, int worker) {
    const long y = first + i;
    const std::byte* rows[3];
    for (long t = 0; t < 3; ++t) {
      const long from = inside(y + t - 1, stage.height, plan_.border);
      rows[t] = from < 0 ? zeros_.data() : input.row(from);
    }
    float* sums = room_of(worker, 0);
    convolve(kernels_, stage.ahead, rows, stage.width, sums);
    own_.activate(sums, stage.bias.data(), int(stage.width), stage.out, stage.output.pixel(y, 0),
                  floats ? floats + i * stage.width * stage.out : nullptr,
                  signs ? stage.signs_at(y) : nullptr);
    stage.output.continue_row(y, plan_.border);
  });
}

void RowEncoder::pool(std::size_t l, long first, long last, bool keep) {
  Stage& stage = stages_[l];
  Ring& above = stages_[l - 1].output;
  each(last - first, [&](long i, int) {
    const long y = first + i;
    own_.pool(above.pixel(2 * y, 0), above.pixel(2 * y + 1, 0), int(stage.width), stage.in,
              stage.input.pixel(y, 0), keep && plan_.largest ? stage.which_at(y) : nullptr,
              plan_.largest);
    stage.input.continue_row(y, plan_.border);
  });
}

void RowEncoder::forward(const float* const planes[3], long height, long width, bool keep,
                         const See& see) {
  std::copy_n(planes, 3, planes_);
  lay_out(height, width, keep);
  const bool whole = plan_.border == Border::Circular;
  std::vector<Step> steps;
  steps.push_back({.total = height,
                   .cap = cap(stages_[0]),
                   .room = rows_kept(stages_[0]),
                   .ready = [](long) { return std::numeric_limits<long>::max(); },
                   .oldest = {},
                   .make = [this](long a, long b) { read_colours(a, b); }});
  for (std::size_t l = 0; l < stages_.size(); ++l) {
    Stage& stage = stages_[l];
    const long total = stage.height;
    if (stage.pooled)
      steps.push_back({.total = total,
                       .cap = cap(stage),
                       .room = rows_kept(stage),
                       .ready = [total](long in) { return std::min(in / 2, total); },
                       .oldest = [](long done) { return 2 * done; },
                       .make = [this, l, keep](long a, long b) { pool(l, a, b, keep); }});
    steps.push_back({.total = total,
                     .cap = cap(stage),
                     .room = rows_kept(stage),
                     .ready = [=](long in) { return in >= total ? total
                                                    : whole     ? 0
                                                                : in - 1; },
                     .oldest = [=](long done) { return whole ? 0 : done - 1; },
                     .make =
                         [this, l, keep, &see](long a, long b) {
                           Stage& made = stages_[l];
                           float* floats = nullptr;
                           if (made.seen)
                             floats = made.features.floats() +
                                      (keep && l > 0 ? a * made.width * made.out : 0);
                           activate(l, a, b, keep, floats);
                           if (made.seen) see({int(l), a, b - a, made.width, made.out, floats});
                         }});
  }
  flow(steps, height);
}

/// Rows of the gradient at a layer's input, from that behind its convolution: pixel 0 of row
/// `first` at `rows`, those after it `step` floats apart; a pixel more on each side is written.
void RowEncoder::pass_back(std::size_t l, long first, long last, float* rows, long step) {
  Stage& stage = stages_[l];
  const long width = stage.width, height = stage.height, channels = stage.back.padded;
  // Rows that go round are summed as any others, so that a part of them gives the same bits.
  const bool rings = plan_.border == Border::Circular;
  const auto compute = [&](long y, float* sums) {
    const std::byte* from[3];
    for (long t = 0; t < 3; ++t) {
      const long row = rings ? inside(y + t - 1, height, plan_.border) : y + t - 1;
      from[t] = row < 0 || row >= height ? zeros_.data() : stage.gradient.row(row);
    }
    convolve(kernels_, stage.back, from, width + 2, sums);
  };
  each(last - first, [&](long i, int worker) {
    const long y = first + i;
    float* own = room_of(worker, 0);
    compute(y, own);
    // What fell on the rows and columns beyond the borders belongs to those that stand for them.
    for (const long beyond : {-1L, height})
      if (!rings && inside(beyond, height, plan_.border) == y) {
        float* more = room_of(worker, 1);
        compute(beyond, more);
        for (long k = 0; k < (width + 2) * channels; ++k) own[k] += more[k];
      }
    float* row = own + channels;
    for (const long beyond : {-1L, width})
      if (const long to = inside(beyond, width, plan_.border); to >= 0)
        for (long c = 0; c < channels; ++c) row[to * channels + c] += row[beyond * channels + c];
    std::copy_n(row, width * channels, rows + i * step);
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
  const long step = width_ * stages_[0].back.padded;
  float* rows = rows_.room_for(std::size_t((last - first) * step) * 4) ? rows_.floats() : nullptr;
  pass_back(0, first, last, rows, step);
  const int channels = stages_[0].back.padded;
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
    steps.push_back({.total = total,
                     .cap = cap(to),
                     .room = rows_kept(to),
                     .ready =
                         [=](long in) {
                           return in >= inputs ? total : whole ? 0 : (in - 1) * (pooled ? 2 : 1);
                         },
                     .oldest = [=](long done) { return whole ? 0 : done / (pooled ? 2 : 1) - 1; },
                     .make = [this, l, &pull](long a, long b) { go_back(l, a, b, pull); }});
  }
  steps.push_back(
      {.total = height_,
       .cap = cap(stages_[0]),
       .room = 0,
       .ready = [=, this](long in) { return in >= height_ ? height_
                                            : whole       ? 0
                                                          : in - 1; },
       .oldest = [=](long done) { return whole ? 0 : done - 1; },
       .make = [this, planes](long a, long b) { write_colours(a, b, planes); }});
  flow(steps, stages_[deepest].height);
}

/// Rows of the gradient of layer l - 1, from that of layer l.
void RowEncoder::go_back(std::size_t l, long first, long last, const Pull& pull) {
  Stage &from = stages_[l], &to = stages_[l - 1];
  const long step = from.width * from.back.padded, dense = to.width * to.out;
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
