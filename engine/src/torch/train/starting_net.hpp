#pragma once

#include <functional>
#include <optional>

#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "store/style_rows.hpp"
#include "train/fast_style_train_options.hpp"

namespace pastiche {

/// A transformer that is there, to learn further from.
struct Base {
  Model model;
  StyleRows rows;
  TransformerNet net;
};

/// The one `options.from` names; nothing when it names none. Throws NoModel.
std::optional<Base> load_base(const FastStyleTrainOptions& options);

/// The loss of the base's network for one of the wanted rows, painting with
/// `blend` {1, rows of the base}.
using Fit = std::function<double(const torch::Tensor& blend, int64_t wanted_row)>;

/// How the `wanted` rows begin as mixtures of those there `had` been, {wanted,
/// had}: a style that was there as it was, another as the style that fits it
/// best, or as the mean of all where that fits better. At a stroke's size, linear
/// between the nearest sizes.
torch::Tensor row_mixture(const StyleRows& had, const StyleRows& wanted, const Fit& fit);

/// The network to train, with the rows `wanted`: at random without a base, else
/// with its weights, all but the rows frozen when only those are learnt.
TransformerNet starting_net(const FastStyleTrainOptions& options, const std::optional<Base>& base,
                            const StyleRows& wanted, const Fit& fit);

}  // namespace pastiche
