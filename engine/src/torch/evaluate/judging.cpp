#include "evaluate/judging.hpp"

#include <algorithm>
#include <format>

#include "data/picture_set.hpp"
#include "data/transparency.hpp"
#include "evaluate/sets.hpp"
#include "pastiche/error.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

constexpr int64_t at_once = 64;

/// As a file of 8 bits a channel holds them, RGB.
torch::Tensor as_in_a_file(const torch::Tensor& pictures) {
  return as_rgb(pictures).clamp(0, 1).mul(255).round().div(255);
}

/// A picture {3, H, W} uint8 as large as the generator's: the middle of its aspect, resampled.
torch::Tensor fitted(const torch::Tensor& picture, const GeneratorPlan& plan) {
  const int64_t height = picture.size(1), width = picture.size(2);
  const int64_t h = std::max<int64_t>(1, std::min(height, width * plan.height / plan.width));
  const int64_t w = std::max<int64_t>(1, std::min(width, height * plan.width / plan.height));
  const torch::Tensor middle =
      picture.narrow(1, (height - h) / 2, h).narrow(2, (width - w) / 2, w).unsqueeze(0);
  torch::Tensor x = torch::_upsample_bilinear2d_aa(middle.to(torch::kFloat32).div(255),
                                                   {plan.height, plan.width}, false);
  return as_in_a_file(plan.channels == 1 ? x.mean(1, /*keepdim=*/true) : x);
}

std::vector<std::string> classes_in(const PictureSource& source) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < source.size(); ++i) names.push_back(source.name(i));
  return classes_of(names);
}

}  // namespace

void Judging::begin(double from, double to, const std::string& doing) {
  from_ = from;
  to_ = to;
  doing_ = doing;
  found_ = {};
  features_.clear();
  logits_.clear();
}

void Judging::add(const torch::Tensor& pictures, std::vector<std::string> shown, double done) {
  if (!progress_(from_ + (to_ - from_) * done, doing_))
    throw Cancelled("Stopped before everything was measured.");
  const Judgement judgement = classifier_.judge(pictures);
  if (!judgement.features.isfinite().all().item<bool>())
    throw Error(Error::Kind::NoModel,
                "The model or the classifier is broken: it makes values that are no numbers.");
  features_.push_back(judgement.features);
  logits_.push_back(judgement.logits);
  std::ranges::move(shown, std::back_inserter(found_.shown));
}

Judged Judging::end(const std::string& what) {
  if (found_.shown.size() < std::size_t(fewest_pictures))
    throw Error(Error::Kind::BadImage,
                std::format("Of {} there are {}, but to measure takes at least {}.", what,
                            found_.shown.size(), fewest_pictures));
  found_.features = torch::cat(features_);
  found_.logits = torch::cat(logits_);
  return std::move(found_);
}

Judged Judging::pictures(const std::string& data, int64_t most, int seed,
                         const GeneratorPlan& plan) {
  const auto source = open_pictures(data);
  const std::vector<std::string> classes = classes_in(*source);
  const auto count = int64_t(source->size());
  const int64_t wanted = most == 0 ? count : std::min(most, count);
  std::vector<torch::Tensor> batch;
  std::vector<std::string> shown;
  int64_t found = 0;
  const auto flush = [&] {
    if (batch.empty()) return;
    add(torch::cat(batch), std::move(shown), double(found) / double(wanted));
    found += int64_t(batch.size());
    batch.clear(), shown.clear();
  };
  const torch::Tensor order = shuffled(count, std::uint64_t(seed));
  for (int64_t i = 0; i < count && found + int64_t(batch.size()) < wanted; ++i) {
    const auto place = std::size_t(order[i].item<int64_t>());
    const torch::Tensor picture = source->at(place);
    if (!picture.defined()) {
      found_.skipped.push_back(source->name(place));
      continue;
    }
    batch.push_back(fitted(on_white(picture), plan));
    shown.push_back(classes[place]);
    if (int64_t(batch.size()) == at_once) flush();
  }
  flush();
  return end("pictures that can be read in " + in_quotes(data));
}

Judged Judging::samples(Generator& net, const std::vector<Draft>& drafts, torch::Device device) {
  const auto count = int64_t(drafts.size());
  for (int64_t first = 0; first < count; first += at_once) {
    std::vector<torch::Tensor> latents;
    std::vector<int64_t> classes;
    std::vector<std::string> shown;
    for (int64_t i = first; i < std::min(first + at_once, count); ++i) {
      const Draft& one = drafts[std::size_t(i)];
      latents.push_back(one.latent);
      classes.push_back(one.shown);
      shown.push_back(net.plan.classes.empty() ? "" : net.plan.classes[std::size_t(one.shown)]);
    }
    const torch::Tensor made = net.forward(torch::stack(latents).to(device),
                                           torch::tensor(classes, torch::kInt64).to(device));
    add(as_in_a_file(made), std::move(shown), double(first) / double(count));
  }
  return end("samples");
}

}  // namespace pastiche
