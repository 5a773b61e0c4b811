#include "train/starting_net.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche {
namespace {

bool is_norm_row(const std::string& name) {
  return name.ends_with(".scale") || name.ends_with(".shift");
}

/// Weights {strokes of the base} for a stroke of `size` px.
torch::Tensor size_weights(const StyleRows& had, int size) {
  torch::Tensor weights = torch::zeros({int64_t(had.per_style())});
  const auto& sizes = had.strokes;
  const auto above = std::ranges::upper_bound(sizes, size);
  if (sizes.size() < 2 || above == sizes.begin()) {
    weights[0] = 1;
  } else if (above == sizes.end()) {
    weights[int64_t(sizes.size()) - 1] = 1;
  } else {
    const int64_t i = above - sizes.begin();
    const double share = double(size - sizes[i - 1]) / (sizes[i] - sizes[i - 1]);
    weights[i - 1] = 1 - share;
    weights[i] = share;
  }
  return weights;
}

/// A mixture of styles {styles} at each of the wanted strokes: {strokes, rows of the base}.
torch::Tensor at_strokes(const torch::Tensor& mixture, const StyleRows& had,
                         const StyleRows& wanted) {
  std::vector<torch::Tensor> rows;
  for (std::size_t i = 0; i < wanted.per_style(); ++i) {
    const int size = wanted.strokes.empty() ? 0 : wanted.strokes[i];
    rows.push_back(torch::outer(mixture, size_weights(had, size)).flatten());
  }
  return torch::stack(rows);
}

/// The one of `candidates` {any, styles} that fits a wanted style best over all its strokes.
torch::Tensor best_fit(const torch::Tensor& candidates, const StyleRows& had,
                       const StyleRows& wanted, int64_t first_row, const Fit& fit) {
  torch::Tensor best;
  double least = INFINITY;
  for (int64_t i = 0; i < candidates.size(0); ++i) {
    const torch::Tensor blends = at_strokes(candidates[i], had, wanted);
    double loss = 0;
    for (int64_t k = 0; k < blends.size(0); ++k) loss += fit(blends.narrow(0, k, 1), first_row + k);
    if (best.defined() && !(loss < least)) continue;
    least = loss;
    best = blends;
  }
  return best;
}

}  // namespace

std::optional<Base> load_base(const FastStyleTrainOptions& options) {
  if (options.from.empty()) return std::nullopt;
  Model model = find_model(options.from, "transformer", options.models);
  const TensorFile file(model.file);
  return Base{std::move(model), rows_in(file), load_transformer(file)};
}

torch::Tensor row_mixture(const StyleRows& had, const StyleRows& wanted, const Fit& fit) {
  const auto styles = int64_t(had.styles.size());
  const torch::Tensor each = torch::eye(styles);
  const torch::Tensor candidates = torch::cat({each.mean(0, true), each});
  std::vector<torch::Tensor> rows;
  for (std::size_t style = 0; style < wanted.styles.size(); ++style) {
    const auto known = std::ranges::find(had.styles, wanted.styles[style]);
    const auto first_row = int64_t(style * wanted.per_style());
    rows.push_back(known == had.styles.end()
                       ? best_fit(candidates, had, wanted, first_row, fit)
                       : at_strokes(each[known - had.styles.begin()], had, wanted));
  }
  return torch::cat(rows);
}

TransformerNet starting_net(const FastStyleTrainOptions& options, const std::optional<Base>& base,
                            const StyleRows& wanted, const Fit& fit) {
  const auto rows = int64_t(wanted.count());
  if (!base) return TransformerNet(options.width, options.residuals, rows);
  torch::NoGradGuard no_grad;
  TransformerNet net(base->net->width(), base->net->residuals(), rows);
  const torch::Tensor mixture = row_mixture(base->rows, wanted, fit);
  const auto weights = base->net->named_parameters();
  for (auto& item : net->named_parameters()) {
    const torch::Tensor& had = weights[item.key()];
    const bool norm_row = is_norm_row(item.key());
    item.value().copy_(norm_row ? mixture.to(had.device()).matmul(had) : had);
    item.value().requires_grad_(norm_row || options.learn == "all");
  }
  return net;
}

}  // namespace pastiche
