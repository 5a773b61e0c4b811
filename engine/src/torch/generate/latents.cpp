#include "generate/latents.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "pastiche/error.hpp"
#include "pastiche/tensor_file.hpp"
#include "pastiche/weighted_list.hpp"
#include "text.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

constexpr int64_t most_rows = 4096;

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Error::Kind::BadSetting, sentence);
}

int seed_of(const std::string& text) {
  const auto number = read_double(text);
  if (!number || *number < 0 || *number > std::numeric_limits<int>::max() ||
      *number != std::floor(*number))
    refuse("The setting latent has the seed " + in_quotes(text) +
           ", which is not a whole number from 0 to 2147483647.");
  return int(*number);
}

torch::Tensor sum_of(const std::vector<Weighted>& seeds, Generator& net, int64_t shown) {
  torch::Tensor sum = torch::zeros({net.plan.latent});
  for (const auto& [seed, weight] : seeds)
    sum += float(weight) * net.latent_of(seed_of(seed), shown);
  return sum;
}

/// The class that a seed draws: seeds in a row go through the classes in proportion to the pictures
/// that were learnt from, by the golden ratio (Knuth's multiplicative hashing).
int64_t class_of_seed(const GeneratorPlan& plan, int seed) {
  if (plan.class_counts.empty()) return seed % int64_t(plan.classes.size());
  const auto& counts = plan.class_counts;
  const auto all = std::accumulate(counts.begin(), counts.end(), std::uint64_t(0));
  const std::uint64_t hash = std::uint32_t(seed) * 2654435769U;  // 2^32 over the golden ratio
  auto place = int64_t(hash * all >> 32);
  std::size_t shown = 0;
  while (place >= counts[shown]) place -= counts[shown++];
  return int64_t(shown);
}

/// Which class a sample is of: the one asked for, or one its seed draws.
int64_t class_for(const GenerateOptions& options, const GeneratorPlan& plan, int seed) {
  const auto count = int64_t(plan.classes.size());
  if (count == 0 && !options.class_name.empty())
    refuse("The setting class is " + in_quotes(options.class_name) + ", but the model " +
           in_quotes(options.model) + " has no classes; leave it empty.");
  if (count == 0) return 0;
  if (options.class_name.empty()) return class_of_seed(plan, seed);
  const auto found = std::ranges::find(plan.classes, options.class_name);
  if (found == plan.classes.end())
    refuse("The setting class is " + in_quotes(options.class_name) + ", but the model " +
           in_quotes(options.model) + " has " + listed(plan.classes) + ".");
  return found - plan.classes.begin();
}

/// The weights of two latents on the great circle between them.
std::pair<double, double> slerp(const torch::Tensor& from, const torch::Tensor& to, double share) {
  const double lengths = (from.norm() * to.norm()).item<double>();
  const double cosine = lengths > 0 ? from.dot(to).item<double>() / lengths : 1;
  const double angle = std::acos(std::clamp(cosine, -1.0, 1.0));
  if (std::sin(angle) < 1e-6) return {1 - share, share};
  return {std::sin((1 - share) * angle) / std::sin(angle),
          std::sin(share * angle) / std::sin(angle)};
}

std::vector<Draft> on_the_way(const GenerateOptions& options, Generator& net) {
  const int seed = options.common.seed;
  const int64_t shown = class_for(options, net.plan, seed);
  const torch::Tensor from = net.latent_of(seed, shown), to = net.latent_of(options.to_seed, shown);
  std::vector<Draft> drafts;
  for (int i = 0; i < options.frames; ++i) {
    const double share = options.frames > 1 ? double(i) / (options.frames - 1) : 0;
    const auto [first, second] = slerp(from, to, share);
    const std::string text = std::to_string(seed) + ":" + print_double(first) + "," +
                             std::to_string(options.to_seed) + ":" + print_double(second);
    Draft one = {sum_of(parse_signed(text, "latent"), net, shown), shown, {}};
    one.changes = {{"frames", "0"}, {"latent", text}};
    drafts.push_back(std::move(one));
  }
  return drafts;
}

std::vector<Draft> of_file(const GenerateOptions& options, const GeneratorPlan& plan) {
  const TensorFile file(options.latent_file);
  const Tensor& stored = file.at("latent");
  if (stored.shape.size() != 2 || stored.shape[1] != plan.latent || stored.shape[0] < 1 ||
      stored.shape[0] > most_rows || stored.dtype == DType::U8)
    throw Error(Error::Kind::NoModel,
                "The file " + in_quotes(options.latent_file) + " has latents of " +
                    c10::str(torch::IntArrayRef(stored.shape)) + "; the model " +
                    in_quotes(options.model) + " takes {N, " + std::to_string(plan.latent) +
                    "}, N up to " + std::to_string(most_rows) + ".");
  const torch::Tensor rows = to_torch(stored).to(torch::kFloat32);
  if (!rows.isfinite().all().item<bool>())
    throw Error(Error::Kind::NoModel, "The file " + in_quotes(options.latent_file) +
                                          " holds latents that are NaN or infinity.");
  if (options.latent_row >= rows.size(0))
    refuse("The setting latent-row is " + std::to_string(options.latent_row) +
           ", but the file has " + std::to_string(rows.size(0)) + " rows, counted from 0.");
  const bool one = options.latent_row >= 0;
  std::vector<Draft> drafts;
  for (int64_t i = one ? options.latent_row : 0; i < (one ? options.latent_row + 1 : rows.size(0));
       ++i)
    drafts.push_back(
        {rows[i].clone(), class_for(options, plan, int(i)), {{"latent-row", std::to_string(i)}}});
  return drafts;
}

std::vector<Draft> of_seeds(const GenerateOptions& options, Generator& net) {
  std::vector<Draft> drafts;
  for (int i = 0; i < options.count; ++i) {
    const int seed = seed_after(options.common.seed, i);
    const int64_t shown = class_for(options, net.plan, seed);
    drafts.push_back({net.latent_of(seed, shown), shown, {{"seed", std::to_string(seed)}}});
  }
  return drafts;
}

}  // namespace

int seed_after(int seed, int steps) {
  constexpr std::int64_t seeds = std::int64_t(std::numeric_limits<int>::max()) + 1;
  return int((std::int64_t(seed) + steps) % seeds);
}

std::vector<Draft> draft(const GenerateOptions& options, Generator& net) {
  const int ways = int(options.frames > 0) + int(!options.latent.empty()) +
                   int(!options.latent_file.empty()) + int(options.count > 1);
  if (ways > 1)
    refuse(
        "Of the settings count, frames, latent and latent-file only one can say which pictures "
        "to make.");
  std::vector<Draft> drafts;
  if (options.frames > 0)
    drafts = on_the_way(options, net);
  else if (!options.latent_file.empty())
    drafts = of_file(options, net.plan);
  else if (!options.latent.empty()) {
    const int64_t shown = class_for(options, net.plan, options.common.seed);
    drafts.push_back({sum_of(parse_signed(options.latent, "latent"), net, shown), shown, {}});
  } else
    drafts = of_seeds(options, net);
  for (Draft& one : drafts) {
    one.latent = one.latent * options.truncation;
    one.changes["count"] = "1";
  }
  return drafts;
}

}  // namespace pastiche
