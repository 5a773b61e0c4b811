#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "device.hpp"
#include "nets/transformer_net.hpp"
#include "pastiche/models.hpp"
#include "style/perceptual_loss.hpp"
#include "train/style_pictures.hpp"

namespace pastiche {

/// How well a network paints each style on squares it never saw: losses by the
/// style's name, one a stroke. Kept in the card's "losses".
struct StyleScores {
  using Losses = std::map<std::string, std::vector<double>>;

  Losses style, content;  ///< see PerceptualLoss
};

/// `targets`: a row for each of the network's. `squares` {N, 3, S, S} in 0..1.
StyleScores measure(TransformerNet& net, const PerceptualLoss& judged, const StyleMoments& targets,
                    const StyleRows& rows, const torch::Tensor& squares, const Compute& compute);

/// For a card's "losses", with the judge: only the same judge's scores compare.
nlohmann::json to_json(const StyleScores& scores, const Model& judge);

/// The mean over all there is.
double mean_of(const StyleScores::Losses& losses);

/// The highest style loss, a mean over strokes, among the styles of a card; nothing when it
/// tells none of that judge.
std::optional<double> worst_in(const std::string& card, const Model& judge);

/// Whether norm parameters alone are enough for styles whose loss came `from` one number `to`
/// another, when the worst of the base's own styles has `worst`; a sentence with these numbers.
std::string advice_on_norm(double from, double to, std::optional<double> worst);

}  // namespace pastiche
