#pragma once

#include <vector>

#include "stream/painting.hpp"
#include "stream/plan.hpp"

namespace pastiche::stream {

/// What one thread works in; grows to what the largest layer needs.
struct Worker {
  struct Depth {
    Buffer band, rows;
  };
  Depth depths[2];  ///< of the layer that is made, and of the one before when it is made anew
  Buffer line, parts, place, read, residual, numbers;
  std::vector<float> sum, square;
};

/// Rows of a layer's output that one thread makes, from the first to the last, and writes to where
/// the input was. Of the input it reads each of its own rows once, before that is written over.
struct Stretch {
  Rows rows;           ///< of the output
  Buffer beside;       ///< the input's rows that are other stretches' own, read before all is made
  Rows held = {0, 0};  ///< the input's rows that the thread's band has
};

/// One call of paint() or norms_of().
class Painting {
 public:
  Painting(const Network& network, const Kernels& kernels, const Canvas& canvas,
           const Limits& limits, const Norms* norms)
      : kernels_(kernels),
        canvas_(canvas),
        has_norms_(norms),
        layout_(network, kernels, canvas.width, canvas.height),
        plan_(plan_for(layout_, limits, has_norms_)),
        store_(make_store(limits)),
        workers_(std::size_t(std::max(1, limits.threads))) {
    for (std::size_t l = 0; l < layout_.layers.size(); ++l) {
      Layer& layer = layout_.layers[l];
      layer.places.step = store_.rows() / layer.output.height;
      layer.pack(network[l], kernels);
      if (norms) layer.norm = norms->at(l);
    }
    const int step = layout_.layers[2].places.step;
    stream_ = {step / 2, step};
  }

  using GoingOn = std::function<bool(double)>;

  /// Returns false when `going_on` did.
  bool paint(const GoingOn& going_on);
  std::optional<Norms> find_norms(const GoingOn& going_on);

 private:
  RowStore make_store(const Limits& limits);
  bool run(std::size_t parts, const GoingOn& going_on);
  bool make_layer(std::size_t l, const GoingOn& going_on);
  std::vector<Stretch> stretches_of(int height, int band_rows) const;
  void read_beside(std::size_t l, Stretch& stretch, Worker& worker);
  void make_rows(std::size_t l, Rows rows, Stretch* stretch, Worker& worker, std::byte* to,
                 Moments* moments);
  void convolve(const Layer& layer, const std::byte* band, int first, Rows rows, int column,
                int columns, Worker& worker) const;
  std::byte* fill_band(std::size_t l, Rows behind, Stretch* stretch, Worker& worker);
  void slide_band(std::size_t l, Rows behind, Stretch& stretch, Worker& worker, std::byte* band);
  void fill_rows(std::size_t l, Rows rows, bool own, Worker& worker, std::byte* to);
  void fill_row(std::size_t l, int row, const std::byte* made, bool own, Worker& worker,
                std::byte* to);
  void read_picture(int row, Worker& worker, std::byte* to) const;
  NormRow normed(const Layer& of, int row, const std::byte* made, Worker& worker) const;
  bool make_last(const GoingOn& going_on);
  void make_last_rows(Rows rows, Rows& held, Worker& worker);
  void fill_planes(Rows behind, Rows held, long plane, Worker& worker, std::byte* planes);

  const Kernels& kernels_;
  const Canvas& canvas_;
  const bool has_norms_;
  Layout layout_;
  Plan plan_;
  RowStore store_;
  std::vector<Worker> workers_;
  Places stream_;  ///< the residual stream: what the blocks add to
};

}  // namespace pastiche::stream
