#include "style/layer_losses.hpp"

#include <algorithm>
#include <cmath>

#include "style/picture_losses.hpp"

namespace pastiche {
namespace {

constexpr double tiny = 1e-12;

/// What of a whole layer's map lies where the part does; undefined stays so.
torch::Tensor at(const Part& part, const torch::Tensor& map) {
  if (!map.defined()) return map;
  return part_of(map, part.row, part.features.size(2), part.column, part.features.size(3));
}

/// Whether the streamed rows' kernels can read it: floats on the processor, channel by channel.
bool is_streamed(const torch::Tensor& features) {
  return features.device().is_cpu() && features.scalar_type() == torch::kFloat32 &&
         features.size(1) % stream::group == 0 && features.stride(1) == 1 &&
         features.stride(3) == features.size(1);
}

stream::FloatRows streamed(const torch::Tensor& features) {
  return {features.data_ptr<float>(), features.size(2), features.size(3), features.stride(2),
          int(features.size(1))};
}

torch::Tensor tensor_of(const std::vector<double>& numbers, at::IntArrayRef shape) {
  return torch::tensor(numbers, torch::kFloat64).to(torch::kFloat32).view(shape);
}

torch::Tensor weighed(torch::Tensor rows, const torch::Tensor& weights) {
  return weights.defined() ? rows.mul_(weights.reshape({-1, 1})) : rows;
}

}  // namespace

void PartMoments::see(const Part& part) {
  torch::Tensor weights = at(part, weights_);
  if (is_streamed(part.features)) {
    if (weights.defined()) weights = weights.contiguous();
    return rows_.add(streamed(part.features),
                     weights.defined() ? weights.data_ptr<float>() : nullptr);
  }
  const double count = weights.defined() ? weights.sum(torch::kFloat64).item<double>()
                                         : double(part.features.size(2) * part.features.size(3));
  if (count > 0) sum_.add(moments(part.features, weights), count);
}

Moments PartMoments::total() const {
  if (rows_.count() == 0) return sum_.total();
  const std::vector<double> mean = rows_.mean();
  const auto channels = int64_t(mean.size());
  return {tensor_of(mean, {channels}), tensor_of(rows_.covariance(), {channels, channels})};
}

torch::Tensor PartMoments::weights_at(const Part& part) const { return at(part, weights_); }

double StyleTerm::conclude(double factor) {
  const torch::AutoGradMode with_gradient(true);
  total_ = seen_.total();
  if (!total_.covariance.isfinite().all().item<bool>()) return NAN;
  const Moments leaves = {total_.mean.detach().requires_grad_(),
                          total_.covariance.detach().requires_grad_()};
  const torch::Tensor loss = loss_(leaves);
  const auto slopes = torch::autograd::grad({loss}, {leaves.mean, leaves.covariance});
  const double each = factor / seen_.count();
  slope_ = {slopes[0] * each, ((slopes[1] + slopes[1].t()) * each).contiguous()};
  map_.reset();
  return loss.item<double>();
}

torch::Tensor StyleTerm::slope(const Part& part) {
  const torch::Tensor weights = seen_.weights_at(part);
  if (is_streamed(part.features)) {
    if (!map_)
      map_.emplace(int(slope_.mean.size(0)), slope_.covariance.data_ptr<float>(),
                   total_.mean.data_ptr<float>(), slope_.mean.data_ptr<float>());
    const stream::FloatRows rows = streamed(part.features);
    const torch::Tensor slope = torch::empty({rows.rows * rows.width, rows.channels});
    (*map_)(rows, slope.data_ptr<float>());
    return weighed(slope, weights);
  }
  const torch::Tensor centred = rows_of(part.features) - total_.mean;
  return weighed(torch::addmm(slope_.mean.unsqueeze(0), centred, slope_.covariance), weights);
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

double ContentTerm::conclude(double factor) {
  factor_ = factor;
  return distance_ / std::max(size_, tiny);
}

torch::Tensor ContentTerm::slope(const Part& part) const {
  torch::Tensor offset = rows_of(part.features) - rows_of(at(part, target_));
  return weighed(offset.mul_(2 * factor_ / std::max(size_, tiny)), at(part, weights_));
}

}  // namespace pastiche
