#include "train/style_scores.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>

#include "train/loop.hpp"

namespace pastiche {
namespace {

/// Learnt styles are clearly worse than the base's own beyond this times their worst.
constexpr double clearly_worse = 1.25;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// Four digits are more than two runs share.
double rounded(const torch::Tensor& loss) { return std::round(loss.item<double>() * 1e4) / 1e4; }

}  // namespace

StyleScores measure(TransformerNet& net, const PerceptualLoss& judged, const StyleMoments& targets,
                    const StyleRows& rows, const torch::Tensor& squares, const Compute& compute) {
  torch::NoGradGuard no_grad;
  const Autocast autocast(compute);
  StyleScores scores;
  for (std::size_t row = 0; row < rows.count(); ++row) {
    const torch::Tensor ids =
        torch::full({squares.size(0)}, int64_t(row), torch::kInt64).to(squares.device());
    const torch::Tensor blend = torch::one_hot(ids, int64_t(rows.count())).to(torch::kFloat32);
    const auto losses = judged(net(squares, blend), squares, selected(targets, ids));
    const std::string& name = rows.styles[row / rows.per_style()];
    scores.style[name].push_back(rounded(losses.at("style")));
    scores.content[name].push_back(rounded(losses.at("content")));
  }
  return scores;
}

nlohmann::json to_json(const StyleScores& scores, const Model& judge) {
  return {{"judge", {{"name", judge.name}, {"sha256", judge.sha256}}},
          {"style", scores.style},
          {"content", scores.content}};
}

double mean_of(const StyleScores::Losses& losses) {
  double sum = 0;
  for (const auto& [name, values] : losses) sum += mean_of(values);
  return sum / double(losses.size());
}

std::optional<double> worst_in(const std::string& card, const Model& judge) try {
  const auto told = nlohmann::json::parse(card);
  std::optional<double> worst;
  for (const auto& losses : told.at("losses"))
    if (losses.at("judge").at("sha256") == judge.sha256)
      for (const auto& [name, values] : losses.at("style").get<StyleScores::Losses>())
        if (!values.empty()) worst = std::max(worst.value_or(0), mean_of(values));
  return worst;
} catch (const nlohmann::json::exception&) {
  return std::nullopt;  // cards are for people: another's may say something else
}

std::string advice_on_norm(double from, double to, std::optional<double> worst) {
  const std::string came = std::format("The style loss came from {:.2g} to {:.2g}", from, to);
  if (!worst)
    return came + "; the model's card does not tell what this encoder finds of its own styles.";
  if (to <= clearly_worse * *worst)
    return came + std::format(
                      ", and the model's own styles have {:.2g} at most: the norm "
                      "parameters are enough.",
                      *worst);
  return came + std::format(
                    ", but the model's own styles have {:.2g} at most: learn=all, which "
                    "trains every layer of a model of its own, would come nearer.",
                    *worst);
}

}  // namespace pastiche
