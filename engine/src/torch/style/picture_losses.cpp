#include "style/picture_losses.hpp"

namespace pastiche {
namespace {

/// Neighbours along `dim`: everything but the last, everything but the first.
std::pair<torch::Tensor, torch::Tensor> neighbours(const torch::Tensor& x, int64_t dim,
                                                   bool wrapped) {
  if (wrapped) return {x, x.roll(-1, dim)};
  const int64_t pairs = x.size(dim) - 1;
  return {x.narrow(dim, 0, pairs), x.narrow(dim, 1, pairs)};
}

struct GradientLength : torch::autograd::Function<GradientLength> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               double length) {
    context->saved_data["length"] = length;
    return x.view_as(x);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor norm = gradients[0].abs().sum(torch::kFloat32).clamp_min(1e-20);
    const double length = context->saved_data["length"].toDouble();
    return {gradients[0] * (length / norm).to(gradients[0].scalar_type()), torch::Tensor()};
  }
};

}  // namespace

ContentLoss::ContentLoss(torch::Tensor target, torch::Tensor weights) : target_(std::move(target)) {
  const torch::Tensor square = target_.to(torch::kFloat32).square();
  const auto channels = double(target_.size(1));
  const torch::Tensor shares =
      weights.defined()
          ? weights / weights.sum()
          : torch::full({1, 1, 1, 1}, double(channels) / double(target_.numel()), square.options());
  shares_ = shares / (square * shares).sum().clamp_min(1e-12);
}

torch::Tensor ContentLoss::operator()(const torch::Tensor& features) const {
  return ((features - target_).to(torch::kFloat32).square() * shares_).sum();
}

torch::Tensor total_variation(const torch::Tensor& x, Variation kind, bool wrapped,
                              const torch::Tensor& weights) {
  torch::Tensor sum = torch::zeros({}, x.options());
  for (const int64_t dim : {2, 3}) {
    const auto [first, second] = neighbours(x, dim, wrapped);
    if (first.numel() == 0) continue;
    torch::Tensor difference = second - first;
    difference = kind == Variation::Squared ? difference.square() : difference.abs();
    if (weights.defined()) {
      const auto [one, other] = neighbours(weights, dim, wrapped);
      difference = difference * (one * other);
    }
    sum = sum + difference.mean();
  }
  return sum;
}

torch::Tensor with_gradient_length(const torch::Tensor& x, double length) {
  return GradientLength::apply(x, length);
}

}  // namespace pastiche
