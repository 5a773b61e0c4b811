#pragma once

#include <torch/torch.h>

#include <deque>
#include <functional>
#include <memory>

namespace pastiche {

/// Moves one picture {1, 3, H, W} downhill, a step at a time, and keeps what it
/// has learnt of the slope when the picture grows to the next scale. Steps of Adam and of
/// the preconditioned L-BFGS stay in 0..1.
class PictureOptimiser {
 public:
  /// The loss of a picture; its gradient is written into `gradient`, of its shape.
  using Evaluate =
      std::function<double(const torch::Tensor& picture, const torch::Tensor& gradient)>;

  virtual ~PictureOptimiser() = default;

  /// Starts from `picture`, or goes on from it after a change of size.
  virtual void start(const torch::Tensor& picture) = 0;

  /// One evaluation and one step.
  virtual void step(const Evaluate& evaluate) = 0;

  /// The result so far: Adam's average, the best of L-BFGS.
  virtual torch::Tensor picture() const = 0;
};

/// Adam (Kingma & Ba 2015; betas 0.9 and 0.99) whose result is the exponential
/// moving average of its pictures since start(), `averaging` its decay. The
/// moments are resampled to a new size. Holds five pictures.
std::unique_ptr<PictureOptimiser> make_adam(double rate, double averaging);

/// L-BFGS without line search (Nocedal 1980), with `history` corrections: a step that makes the
/// loss much worse is taken back, and the history dropped; of a first one, what it told of the
/// curvature is kept. A new size
/// starts a new history. `preconditioned`: its first model of the slope is not the same for all
/// directions but a Preconditioner, and steps are projected into 0..1 (Bertsekas 1982); it takes
/// half the steps or fewer.
std::unique_ptr<PictureOptimiser> make_lbfgs(double rate, int history, bool preconditioned);

}  // namespace pastiche
