#include "evaluate/measure.hpp"

#include "device.hpp"
#include "evaluate/distances.hpp"
#include "evaluate/judge.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

using Gaussians = std::map<std::string, Gaussian>;

Gaussians gaussians_of(Judge& judge, const Features& features) {
  Gaussians gaussians;
  for (const std::string& layer : judge.style) gaussians[layer] = gaussian_of(features.at(layer));
  gaussians[judge.texture] = gaussian_of(features.at(judge.texture));
  return gaussians;
}

double mean_gram_distance(const Judge& judge, const Gaussians& result, const Gaussians& style) {
  double sum = 0;
  for (const std::string& layer : judge.style)
    sum += gram_distance(result.at(layer), style.at(layer));
  return sum / double(judge.style.size());
}

}  // namespace

std::vector<Distances> measure(const Image& content, const Image& style,
                               const std::vector<Image>& results, const MeasuringOptions& options) {
  torch::NoGradGuard no_grad;
  const torch::Device device = resolve({.device = options.device}).device;
  Judge judge = load_judge(find_model(options.encoder, "", options.models), device);
  std::set<std::string> layers(judge.style.begin(), judge.style.end());
  layers.insert({judge.texture, judge.content});

  const torch::Tensor wanted =
      judge.features(to_tensor(content, device), {judge.content}).at(judge.content);
  const torch::Tensor painting = to_tensor(style, device);
  const Gaussians target = gaussians_of(judge, judge.features(painting, layers));
  std::vector<Distances> distances;
  for (const Image& result : results) {
    const torch::Tensor picture = resize(to_tensor(result, device), content.height, content.width);
    const Features features = judge.features(picture, layers);
    const Gaussians own = gaussians_of(judge, features);
    distances.push_back({.style = mean_gram_distance(judge, own, target),
                         .sifid = frechet_distance(own.at(judge.texture), target.at(judge.texture)),
                         .content = feature_distance(features.at(judge.content), wanted),
                         .colour = colour_distance(picture, painting)});
  }
  return distances;
}

}  // namespace pastiche
