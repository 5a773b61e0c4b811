#include <algorithm>
#include <cstring>

#include "pastiche/error.hpp"
#include "stream/bands.hpp"
#include "stream/painter.hpp"

namespace pastiche::stream {

RowStore Painting::make_store(const Limits& limits) {
  const auto in = [&](const std::filesystem::path& folder) {
    return RowStore(layout_.row_bytes, plan_.stored_rows(layout_), std::max(1, limits.threads),
                    folder);
  };
  if (plan_.in_memory) return in({});
  try {
    return in(limits.folder);
  } catch (const Error&) {
    Limits without = limits;
    without.in_memory = limits.memory;
    plan_ = plan_for(layout_, without, has_norms_);
    if (!plan_.in_memory) throw;
    return in({});
  }
}

bool Painting::run(std::size_t parts, const GoingOn& going_on) {
  const std::vector<double> cost = multiplications(layout_);
  double all = 0, done = 0;
  for (std::size_t l = 0; l < parts; ++l) all += cost[l];
  for (std::size_t l = 0; l < parts; ++l) {
    const auto part = [&](double share) { return going_on((done + cost[l] * share) / all); };
    if (!(l < layout_.layers.size() ? make_layer(l, part) : make_last(part))) return false;
    done += cost[l];
  }
  return true;
}

bool Painting::paint(const GoingOn& going_on) { return run(layout_.layers.size() + 1, going_on); }

std::optional<Norms> Painting::find_norms(const GoingOn& going_on) {
  if (!run(layout_.layers.size(), going_on)) return {};
  Norms norms;
  for (const Layer& layer : layout_.layers) norms.push_back(layer.norm);
  return norms;
}

/// Row r of the output lies where the input's row, or its first of two or four, lay: the layers and
/// the residual stream together take no more room than the largest of them.
bool Painting::make_layer(std::size_t l, const GoingOn& going_on) {
  Layer& layer = layout_.layers[l];
  if (has_norms_ && !layer.places.any()) return true;
  const int rows = plan_.band_rows(&layer), count = (layer.output.height + rows - 1) / rows;
  const int threads = int(workers_.size());
  std::vector<Stretch> stretches = stretches_of(layer.output.height, rows);
  in_bands(int(stretches.size()), threads, [&](int s, int worker) {
    read_beside(l, stretches[std::size_t(s)], workers_[std::size_t(worker)]);
    return true;
  });
  std::vector<Moments> parts(std::size_t(count), Moments(int(layer.gamma.size())));
  Tally tally(count, going_on);
  const auto work = [&](int s, int worker) {
    Stretch& stretch = stretches[std::size_t(s)];
    for (int row = stretch.rows.first; row < stretch.rows.last; row += rows) {
      make_rows(l, {row, std::min(row + rows, stretch.rows.last)}, &stretch,
                workers_[std::size_t(worker)], nullptr,
                has_norms_ ? nullptr : &parts[std::size_t(row / rows)]);
      if (!tally.add(worker)) return false;
    }
    return true;
  };
  if (!in_bands(int(stretches.size()), threads, work)) return false;

  if (has_norms_) return true;
  Moments whole(int(layer.gamma.size()));
  for (const Moments& part : parts) whole.add(part);
  layer.normalise(whole);
  return true;
}

/// Whole bands each.
std::vector<Stretch> Painting::stretches_of(int height, int band_rows) const {
  const int bands = (height + band_rows - 1) / band_rows;
  const int count = std::min(bands, plan_.stretches(int(workers_.size())));
  std::vector<Stretch> stretches{std::size_t(count)};
  for (int s = 0; s < count; ++s)
    stretches[std::size_t(s)].rows = {bands * s / count * band_rows,
                                      std::min(bands * (s + 1) / count * band_rows, height)};
  return stretches;
}

void Painting::read_beside(std::size_t l, Stretch& stretch, Worker& worker) {
  const Layer& layer = layout_.layers[l];
  const Rows behind = layer.within(layer.behind(stretch.rows)), own = layer.own(stretch.rows);
  const Rows above = {behind.first, own.first}, below = {own.last, std::max(own.last, behind.last)};
  const std::size_t row_bytes = layer.band_row(kernels_);
  std::byte* to = stretch.beside.room_for(std::size_t(above.count() + below.count()) * row_bytes);
  fill_rows(l, above, false, worker, to);
  fill_rows(l, below, false, worker, to + std::size_t(above.count()) * row_bytes);
}

/// Rows of a layer's output, before its norm, into where they are kept or, without a stretch, `to`.
void Painting::make_rows(std::size_t l, Rows rows, Stretch* stretch, Worker& worker, std::byte* to,
                         Moments* moments) {
  const Layer& layer = layout_.layers[l];
  const Rows behind = layer.behind(rows);
  const std::byte* band = fill_band(l, behind, stretch, worker);
  const int padded = layer.conv.padded, width = layer.output.width, at_once = layer.rows_at_once();
  worker.line.room_for(layer.line());
  worker.sum.resize(std::max(worker.sum.size(), std::size_t(padded)));
  worker.square.resize(worker.sum.size());
  worker.place.room_for(std::size_t(at_once) * layout_.row_bytes);
  const bool keeps = !to && layer.places.any();
  const auto place = [&](int row) -> std::byte* {
    if (to) return to + std::size_t(row - rows.first) * layout_.row_bytes;
    if (!keeps) return nullptr;
    std::byte* const scratch = worker.place.data() + std::size_t(row % at_once) * layout_.row_bytes;
    return store_.place(layer.places.of(row), scratch);
  };
  for (int row = rows.first, end; row < rows.last; row = end) {
    end = std::min(rows.last, (row / at_once + 1) * at_once);
    for (int x = 0; x < width; x += columns_at_once) {
      const int columns = std::min(columns_at_once, width - x);
      convolve(layer, band, behind.first, {row, end}, x, columns, worker);
      for (int y = row; y < end; ++y) {
        const float* const line = worker.line.floats() + std::size_t((y - row) * columns * padded);
        std::byte* const out = place(y);
        kernels_.finish(
            line, padded, columns, layer.conv.out,
            out ? out + std::size_t(x) * std::size_t(layer.conv.out * kernels_.value) : nullptr,
            worker.sum.data(), worker.square.data());
        if (moments) moments->add(columns, line, worker.sum.data(), worker.square.data());
      }
    }
    for (int y = row; keeps && y < end; ++y) store_.write(layer.places.of(y), place(y));
  }
}

/// Sums {rows, columns, padded} of the output, of one row unless by Winograd. `first` is the band's
/// first row.
void Painting::convolve(const Layer& layer, const std::byte* band, int first, Rows rows, int column,
                        int columns, Worker& worker) const {
  const PackedConv& conv = layer.conv;
  float* const line = worker.line.floats();
  const bool doubles = conv.resample == Resample::Double;
  const int stride = conv.resample == Resample::Half ? 2 : 1;
  const std::size_t row_bytes = layer.band_row(kernels_);
  const std::size_t pixel = std::size_t(conv.in * kernels_.value);
  if (layer.winograd) {
    const auto row_at = [&](long y) {
      return band + std::size_t(y - first) * row_bytes + std::size_t(column) * pixel;
    };
    return layer.winograd->sums(rows.first, rows.last, columns, row_at, line,
                                long(columns) * conv.padded, worker.parts);
  }
  const int row = rows.first;
  const int top = doubles ? row / 2 - 1 + row % 2 : row * stride - layer.margin();
  for (int parity = 0; parity < (doubles ? 2 : 1); ++parity) {
    const std::size_t left = std::size_t(doubles ? column / 2 + parity : column * stride);
    const std::byte* taps[16];
    for (int t = 0; t < conv.taps; ++t)
      taps[t] = band + std::size_t(top + t - first) * row_bytes + left * pixel;
    const std::byte* weights = conv.weights(doubles ? row % 2 * 2 + parity : 0);
    for (const PackedConv::Block& block : conv.blocks)
      kernels_.conv({.rows = taps,
                     .taps = conv.taps,
                     .run = conv.run,
                     .step = long(conv.in) * stride,
                     .weights = weights + block.weights,
                     .vectors = block.vectors,
                     .out = line + parity * conv.padded + block.first,
                     .out_step = long(conv.padded) * (doubles ? 2 : 1),
                     .pixels = doubles ? columns / 2 : columns});
  }
}

/// The rows `behind` of the input of layer `l`, normalised and continued on all sides.
std::byte* Painting::fill_band(std::size_t l, Rows behind, Stretch* stretch, Worker& worker) {
  const Layer& layer = layout_.layers[l];
  const std::size_t row_bytes = layer.band_row(kernels_);
  const int height = layer.input.height;
  std::byte* band =
      worker.depths[stretch ? 0 : 1].band.room_for(layer.band(behind.count(), kernels_));
  const auto at = [&](int row) { return band + std::size_t(row - behind.first) * row_bytes; };
  const Rows real = layer.within(behind);
  stretch ? slide_band(l, behind, *stretch, worker, band)
          : fill_rows(l, real, false, worker, at(real.first));
  const bool replicate =
      layer.conv.resample == Resample::Double || too_small(layer.input, layer.margin());
  for (int row = behind.first; row < behind.last; ++row)
    if (row < 0 || row >= height)
      std::memcpy(at(row), at(inside(row, height, replicate)), row_bytes);
  return band;
}

/// On to the rows `behind` from those that the band has.
void Painting::slide_band(std::size_t l, Rows behind, Stretch& stretch, Worker& worker,
                          std::byte* band) {
  const Layer& layer = layout_.layers[l];
  const std::size_t row_bytes = layer.band_row(kernels_);
  const auto at = [&](int row) { return band + std::size_t(row - behind.first) * row_bytes; };
  const Rows needed = layer.within(behind), own = layer.own(stretch.rows);
  const int kept = std::clamp(stretch.held.last, needed.first, needed.last);
  if (kept > needed.first)
    std::memmove(at(needed.first),
                 band + std::size_t(needed.first - stretch.held.first) * row_bytes,
                 std::size_t(kept - needed.first) * row_bytes);
  stretch.held = behind;

  const int above = own.first - layer.within(layer.behind(stretch.rows)).first;
  const auto take = [&](Rows rows, int beside) {
    for (int row = rows.first; row < rows.last; ++row)
      std::memcpy(at(row),
                  stretch.beside.data() + std::size_t(row - rows.first + beside) * row_bytes,
                  row_bytes);
  };
  const Rows rest = {kept, needed.last};
  take({rest.first, std::min(rest.last, own.first)}, rest.first - own.first + above);
  const Rows read = {std::max(rest.first, own.first), std::min(rest.last, own.last)};
  fill_rows(l, read, true, worker, at(read.first));
  const int below = std::max(rest.first, own.last);
  take({below, rest.last}, above + below - own.last);
}

/// These rows of the input, side by side, from wherever they are. A stretch's own go into the
/// residual stream too where a block begins.
void Painting::fill_rows(std::size_t l, Rows rows, bool own, Worker& worker, std::byte* to) {
  if (rows.count() <= 0) return;
  const Layer& layer = layout_.layers[l];
  const std::size_t row_bytes = layer.band_row(kernels_);
  const std::size_t pixel = std::size_t(layer.conv.in * kernels_.value);
  const int margin = layer.margin(), width = layer.input.width;
  const bool replicate = layer.conv.resample == Resample::Double || too_small(layer.input, margin);
  const std::byte* made = nullptr;
  if (l > 0 && !layout_.layers[l - 1].places.any()) {
    std::byte* before =
        worker.depths[1].rows.room_for(std::size_t(rows.count()) * layout_.row_bytes);
    make_rows(l - 1, rows, nullptr, worker, before, nullptr);
    made = before;
  }
  for (int row = rows.first; row < rows.last; ++row) {
    std::byte* line = to + std::size_t(row - rows.first) * row_bytes + std::size_t(margin) * pixel;
    fill_row(l, row, made ? made + std::size_t(row - rows.first) * layout_.row_bytes : nullptr, own,
             worker, line);
    for (int k = 1; k <= margin; ++k) {
      std::memcpy(line - std::size_t(k) * pixel,
                  line + std::size_t(inside(-k, width, replicate)) * pixel, pixel);
      std::memcpy(line + std::size_t(width - 1 + k) * pixel,
                  line + std::size_t(inside(width - 1 + k, width, replicate)) * pixel, pixel);
    }
  }
}

void Painting::fill_row(std::size_t l, int row, const std::byte* made, bool own, Worker& worker,
                        std::byte* to) {
  if (l == 0) return read_picture(row, worker, to);
  const Layer& before = layout_.layers[l - 1];
  NormRow norm = normed(before, row, made, worker);
  if (layout_.reads_stream(l))
    norm.residual = store_.read(stream_.of(row), worker.residual.room_for(layout_.row_bytes));
  kernels_.norm(norm, to);
  if (!own || !layout_.starts_block(l)) return;
  std::byte* kept = store_.place(stream_.of(row), worker.place.room_for(layout_.row_bytes));
  std::memcpy(kept, to, std::size_t(norm.pixels * norm.channels * kernels_.value));
  store_.write(stream_.of(row), kept);
}

void Painting::read_picture(int row, Worker& worker, std::byte* to) const {
  const int width = layout_.layers[0].input.width;
  float* rgb = reinterpret_cast<float*>(
      worker.numbers.room_for(std::size_t(width * 3 + 64) * sizeof(float)));
  canvas_.read(std::min(row, canvas_.height - 1), rgb);
  for (int x = canvas_.width; x < width; ++x)
    std::copy_n(rgb + 3 * (canvas_.width - 1), 3, rgb + 3 * x);
  kernels_.to_values(rgb, width * 3, to);
}

/// A row of a layer's normalised output, from `made` or from where it is kept.
NormRow Painting::normed(const Layer& of, int row, const std::byte* made, Worker& worker) const {
  if (!made) made = store_.read(of.places.of(row), worker.read.room_for(layout_.row_bytes));
  return {.z = made,
          .residual = nullptr,
          .scale = of.norm.scale.data(),
          .shift = of.norm.shift.data(),
          .pixels = of.output.width,
          .channels = of.conv.out};
}

bool paint(const Network& network, const Kernels& kernels, const Canvas& canvas,
           const Limits& limits, const std::function<bool(double)>& going_on, const Norms* norms) {
  return Painting(network, kernels, canvas, limits, norms).paint(going_on);
}

std::optional<Norms> norms_of(const Network& network, const Kernels& kernels, const Canvas& canvas,
                              const Limits& limits, const std::function<bool(double)>& going_on) {
  return Painting(network, kernels, canvas, limits, nullptr).find_norms(going_on);
}

int reach_of(int blocks) {
  // Of each layer in pixels of the picture, from the last: 9x9; those enlarged, whose kernels see
  // a pixel of the small one; two of a quarter of the size for each block; the first three.
  return (4 + 3 + 6 + 8 * blocks + 2 + 1 + 4 + 3) / 4 * 4;
}

}  // namespace pastiche::stream
