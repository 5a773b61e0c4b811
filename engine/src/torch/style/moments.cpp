#include "style/moments.hpp"

namespace pastiche {
namespace {

/// Each place's share {H W, 1}; or 1 / (H W) alone.
torch::Tensor shares_of(const torch::Tensor& weights, const torch::Tensor& rows) {
  if (!weights.defined()) return torch::full({1, 1}, 1.0 / double(rows.size(0)), rows.options());
  const torch::Tensor column = weights.reshape({-1, 1}).to(torch::kFloat32);
  return column / column.sum();
}

/// Both moments at once, keeping only the features for the way back: autograd
/// by itself would keep two float32 copies of them.
struct MomentsFunction : torch::autograd::Function<MomentsFunction> {
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const torch::Tensor& features,
                                                const std::optional<torch::Tensor>& weights) {
    const torch::Tensor rows = rows_of(features);
    const torch::Tensor shares = shares_of(weights.value_or(torch::Tensor()), rows);
    const torch::Tensor mean = (rows * shares).sum(0);
    const torch::Tensor scaled = (rows - mean).mul_(shares.sqrt());
    context->save_for_backward({features, weights.value_or(torch::Tensor()), mean});
    return {mean, scaled.t().matmul(scaled)};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& features = saved[0];
    const torch::Tensor rows = rows_of(features);
    const torch::Tensor slope = gradients[1] + gradients[1].t();
    const torch::Tensor centred = rows - saved[2];
    torch::Tensor result = torch::addmm(gradients[0].unsqueeze(0), centred, slope);
    result.mul_(shares_of(saved[1], rows));
    return {result.to(features.scalar_type())
                .view({1, features.size(2), features.size(3), features.size(1)})
                .permute({0, 3, 1, 2}),
            torch::Tensor()};
  }
};

}  // namespace

torch::Tensor rows_of(const torch::Tensor& features) {
  return features.permute({0, 2, 3, 1}).reshape({-1, features.size(1)}).to(torch::kFloat32);
}

torch::Tensor Moments::gram() const { return covariance + torch::outer(mean, mean); }

Moments moments(const torch::Tensor& features, const torch::Tensor& weights) {
  TORCH_CHECK(features.dim() == 4 && features.size(0) == 1, "expected {1, C, H, W}, got ",
              features.sizes());
  const auto both = MomentsFunction::apply(features, std::optional<torch::Tensor>(weights));
  return {both[0], both[1]};
}

void MomentSum::add(const Moments& part, double count) {
  const torch::Tensor mean = part.mean.to(torch::kFloat64);
  const torch::Tensor covariance = part.covariance.to(torch::kFloat64);
  const double share = count / (count_ + count);
  if (count_ == 0) {
    mean_ = mean.clone(), covariance_ = covariance.clone();
  } else {
    const torch::Tensor offset = mean - mean_;
    covariance_.lerp_(covariance, share).add_(torch::outer(offset, offset), share * (1 - share));
    mean_.add_(offset, share);
  }
  count_ += count;
}

Moments MomentSum::total() const {
  return {mean_.to(torch::kFloat32), covariance_.to(torch::kFloat32)};
}

Moments mix(const std::vector<Moments>& parts, const std::vector<double>& shares) {
  TORCH_CHECK(!parts.empty() && parts.size() == shares.size(), "a share for each of the parts");
  MomentSum sum;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (shares[i] > 0) sum.add(parts[i], shares[i]);
  return sum.total();
}

}  // namespace pastiche
