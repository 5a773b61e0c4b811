#include "style/layer_losses.hpp"

#include <algorithm>

#include "style/picture_losses.hpp"

namespace pastiche {
namespace {

constexpr double tiny = 1e-12;

/// What of a whole layer's map lies where the part does; undefined stays so.
torch::Tensor at(const Part& part, const torch::Tensor& map) {
  if (!map.defined()) return map;
  return part_of(map, part.row, part.features.size(2), part.column, part.features.size(3));
}

torch::Tensor weighed(torch::Tensor rows, const torch::Tensor& weights) {
  return weights.defined() ? rows.mul_(weights.reshape({-1, 1})) : rows;
}

}  // namespace

void PartMoments::see(const Part& part) {
  const torch::Tensor weights = at(part, weights_);
  const double count = weights.defined() ? weights.sum(torch::kFloat64).item<double>()
                                         : double(part.features.size(2) * part.features.size(3));
  if (count > 0) sum_.add(moments(part.features, weights), count);
}

torch::Tensor PartMoments::weights_at(const Part& part) const { return at(part, weights_); }

double StyleTerm::conclude() {
  const torch::AutoGradMode with_gradient(true);
  total_ = seen_.total();
  const Moments leaves = {total_.mean.detach().requires_grad_(),
                          total_.covariance.detach().requires_grad_()};
  const torch::Tensor loss = loss_(leaves);
  const auto slopes = torch::autograd::grad({loss}, {leaves.mean, leaves.covariance});
  slope_ = {slopes[0] / seen_.count(), (slopes[1] + slopes[1].t()) / seen_.count()};
  return loss.item<double>();
}

torch::Tensor StyleTerm::slope(const Part& part) const {
  const torch::Tensor centred = rows_of(part.features) - total_.mean;
  return weighed(torch::addmm(slope_.mean.unsqueeze(0), centred, slope_.covariance),
                 seen_.weights_at(part));
}

void ContentTerm::learn(const Part& part) {
  if (!target_.defined())
    target_ = torch::empty({1, part.features.size(1), height_, width_}, part.features.options(),
                           torch::MemoryFormat::ChannelsLast);
  at(part, target_).copy_(part.features);
  const torch::Tensor zero = torch::zeros({1}, part.features.options());
  size_ += squared_distance(part.features, zero, at(part, weights_));
}

void ContentTerm::see(const Part& part) {
  distance_ += squared_distance(part.features, at(part, target_), at(part, weights_));
}

double ContentTerm::conclude() const { return distance_ / std::max(size_, tiny); }

torch::Tensor ContentTerm::slope(const Part& part) const {
  const torch::Tensor offset = rows_of(part.features) - rows_of(at(part, target_));
  return weighed(offset * (2 / std::max(size_, tiny)), at(part, weights_));
}

}  // namespace pastiche
