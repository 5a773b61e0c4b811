#include "stream/row_encoder.hpp"

#include <algorithm>
#include <limits>

#include "stream/parallel.hpp"
#include "stream/row_stage.hpp"

namespace pastiche::stream {
namespace {

std::vector<float> turned(const ConvWeights& conv) {
  std::vector<float> weight(conv.weight.size());
  for (int o = 0; o < conv.out; ++o)
    for (int i = 0; i < conv.in; ++i)
      for (int t = 0; t < 9; ++t)
        weight[std::size_t((i * conv.out + o) * 9 + t)] =
            conv.weight[std::size_t((o * conv.in + i) * 9 + 8 - t)];
  return weight;
}

ConvWeights backwards(const ConvWeights& conv, std::vector<float> weight) {
  return {.in = conv.out,
          .out = conv.in,
          .side = 3,
          .weight = std::move(weight),
          .scale = {},
          .shift = {},
          .bias = {}};
}

constexpr long more_rows =
    6;  // kept than are made at a time: what the next convolutions look back at

/// Rows of a picture that are made at a time, for all threads to have work and seldom to wait.
long batch_of(long width, long step) {
  const long cells = 65536;
  return std::max(step, (cells / width + step - 1) / step * step);
}

}  // namespace

RowEncoder::Stage::Stage(const EncoderLayer& layer, const Kernels& kernels)
    : in(kept_channels(layer.conv.in)),
      out(layer.conv.out),
      pooled(layer.pooled),
      seen(layer.seen),
      ahead(layer.conv, in, kernels),
      back(backwards(layer.conv, {}), out, kernels),
      bias(layer.conv.bias) {}

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

void RowEncoder::pack(bool back) {
  for (std::size_t l = 0; l < stages_.size(); ++l) {
    const ConvWeights& conv = plan_.layers[l].conv;
    if (!stages_[l].ahead.packed()) stages_[l].ahead.pack(conv);
    if (back && !stages_[l].back.packed()) stages_[l].back.pack(backwards(conv, turned(conv)));
  }
}

long RowEncoder::smallest_side() const { return 2 * stages_.back().stride; }

void RowEncoder::lay_out(long height, long width, bool keep) {
  height_ = height, width_ = width;
  const bool whole = plan_.border == Border::Circular;
  chunk_ = whole ? height : batch_of(width, stages_.back().stride);
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
    for (const auto& [conv, columns] :
         {std::pair{&stage.ahead, stage.width}, {&stage.back, stage.width + 2}}) {
      const long together = conv->rows_at_once(columns, stage.height);
      widest =
          std::max(widest, std::size_t((columns * together + Ring::spare) * conv->padded() * 4));
    }
    widest = std::max(widest, stage.output.row_bytes() * std::size_t(8 / value));
  }
  row_floats_ = (widest + 63) / 64 * 16;
  zeros_.room_for(row_floats_ * 4);
  workers_.resize(std::size_t(threads()));
  for (Worker& worker : workers_) worker.rows.room_for(3 * row_floats_ * 4);
}

double RowEncoder::bytes_per_weight() const {
  double weights = 0, bytes = 0;
  for (const Stage& stage : stages_) {
    const double own = double(stage.in) * stage.out;
    weights += own;
    bytes += own * (4 + stage.ahead.bytes_per_weight() + stage.back.bytes_per_weight());
  }
  return bytes / weights;
}

long RowEncoder::cap(const Stage& stage) const {
  return std::max(plan_.border == Border::Circular ? stage.height : 2, chunk_ / stage.stride);
}

long RowEncoder::rows_kept(const Stage& stage) const {
  return std::min(stage.height, cap(stage) + more_rows);
}

double RowEncoder::bytes_per_pixel() const {
  const bool whole = plan_.border == Border::Circular;
  double bytes = 0;
  for (std::size_t l = 0; l < stages_.size(); ++l) {
    const Stage& stage = stages_[l];
    double here = stage.out / 8.0 + (stage.pooled ? stage.in / 4.0 : 0);
    if (stage.seen && (l > 0 || whole)) here += 4.0 * stage.out;
    // All rows are under way at once, as values and, where they are seen, as slopes.
    const int in = l == 0 || stage.pooled ? stage.in : 0;
    if (whole) here += (2.0 * stage.out + in) * kernels_.value + (stage.seen ? 8.0 * stage.out : 0);
    bytes += here / double(stage.stride * stage.stride);
  }
  return bytes;
}

std::function<double(long, long)> RowEncoder::bytes_under_way() const {
  struct Shape {
    long stride;
    double kept, seen;  // bytes a place
  };
  std::vector<Shape> shapes;
  for (const Stage& stage : stages_) {
    const bool first = shapes.empty();
    const double values = (first || stage.pooled ? stage.in : 0) + 2.0 * stage.out;
    shapes.push_back({stage.stride,
                      values * kernels_.value + (first && stage.seen ? 4.0 * stage.out : 0),
                      stage.seen ? 8.0 * stage.out : 0});  // slopes, twice on their way
  }
  const bool whole = plan_.border == Border::Circular;  // then all rows are, and counted as pixels
  return [shapes, whole](long height, long width) {
    double kept = 0, seen = 0;
    for (const auto& [stride, bytes, bytes_seen] : shapes) {
      const long own = std::max(1L, height / stride);
      const long batch = std::max(2L, batch_of(width, shapes.back().stride) / stride);
      const double columns = double(width) / double(stride);
      kept += columns * double(std::min(own, batch + more_rows)) * bytes;
      seen = std::max(seen, columns * double(std::min(own, batch)) * bytes_seen);
    }
    return whole ? 0 : kept + seen;
  };
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
  const auto row_at = [&](long y) -> const std::byte* {
    const long from = inside(y, stage.height, plan_.border);
    return from < 0 ? zeros_.data() : input.row(from);
  };
  const long together = stage.ahead.rows_at_once(stage.width, last - first);
  each_rows(first, last, together, [&](long begin, long end, int worker) {
    const long step = stage.width * stage.out;
    float* sums = room_of(worker, 0);
    stage.ahead.sums(begin, end, stage.width, row_at, sums, step, parts_of(worker));
    for (long y = begin; y < end; ++y, sums += step) {
      own_.activate(sums, stage.bias.data(), int(stage.width), stage.out, stage.output.pixel(y, 0),
                    floats ? floats + (y - first) * step : nullptr,
                    signs ? stage.signs_at(y) : nullptr);
      stage.output.continue_row(y, plan_.border);
    }
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
  pack(keep);
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
    steps.push_back(
        {.total = total,
         .cap = cap(stage),
         .room = rows_kept(stage),
         .ready = [=](long in) { return in >= total ? total
                                        : whole     ? 0
                                                    : (in - 1) / 2 * 2; },
         .oldest = [=](long done) { return whole ? 0 : done - 1; },
         .make =
             [this, l, keep, &see](long a, long b) {
               Stage& made = stages_[l];
               float* floats = nullptr;
               if (made.seen)
                 floats = made.features.floats() + (keep && l > 0 ? a * made.width * made.out : 0);
               activate(l, a, b, keep, floats);
               if (made.seen) see({int(l), a, b - a, made.width, made.out, floats});
             }});
  }
  flow(steps, height);
}

}  // namespace pastiche::stream
