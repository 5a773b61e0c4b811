#include "evaluate/measure_generator.hpp"

#include <algorithm>
#include <format>
#include <limits>

#include "device.hpp"
#include "evaluate/judging.hpp"
#include "evaluate/sets.hpp"
#include "generate/generate.hpp"
#include "generate/latents.hpp"
#include "nets/generator.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

constexpr int64_t usual_count = 2000, largest_grey = 32;

Model find_classifier(const GeneratorMeasuringOptions& options, const GeneratorPlan& plan) {
  if (!options.classifier.empty()) return find_model(options.classifier, "", options.models);
  const bool grey = plan.channels == 1 && std::max(plan.height, plan.width) <= largest_grey;
  const std::string name = grey ? "lenet" : "squeezenet";
  const auto models = list_models(options.models);
  if (std::ranges::count(models, name, &Model::name)) return find_model(name, "", options.models);
  throw Error(Error::Kind::NoModel,
              "There is no model " + in_quotes(name) +
                  " to measure with; 'pastiche models import " +
                  (grey ? "lenet_acc0.991.pth" : "compressed_SqueezeNet.net") + " --name " + name +
                  "' makes one of the published file, and the setting classifier names another.");
}

/// The share that the classifier takes for what they are said to show; not a number unless it knows
/// every one of those names.
double accuracy(const Judged& pictures, const std::vector<std::string>& known) {
  const torch::Tensor taken = pictures.logits.argmax(1);
  double right = 0;
  for (std::size_t i = 0; i < pictures.shown.size(); ++i) {
    const auto found = std::ranges::find(known, pictures.shown[i]);
    if (found == known.end()) return std::numeric_limits<double>::quiet_NaN();
    right += taken[int64_t(i)].item<int64_t>() == found - known.begin();
  }
  return right / double(pictures.shown.size());
}

double middle_of(const torch::Tensor& values) { return values.quantile(0.5).item<double>(); }

/// All but the accuracies. `learnt` may be `real` itself.
GeneratorScores compare(const Judged& samples, const Judged& real, const Judged& learnt) {
  const KernelDistance kernel = kernel_distance(samples.features, real.features);
  GeneratorScores scores;
  scores.samples = int(samples.size());
  scores.real = int(real.size());
  scores.classifier_score = classifier_score(samples.logits);
  scores.real_classifier_score = classifier_score(real.logits);
  scores.frechet =
      gaussian_distance(gaussian_of_rows(samples.features), gaussian_of_rows(real.features));
  scores.kid = kernel.mean;
  scores.kid_deviation = kernel.deviation;
  scores.precision = share_within(samples.features, real.features);
  scores.recall = share_within(real.features, samples.features);
  scores.diversity = mean_distance(samples.features) / mean_distance(real.features);
  scores.nearest = middle_of(nearest_distances(samples.features, learnt.features, 1));
  scores.real_nearest = middle_of(nearest_distances(real.features, learnt.features, 1));
  return scores;
}

void check(const GeneratorMeasuringOptions& options) {
  const auto refuse = [](const std::string& sentence) {
    throw Error(Error::Kind::BadSetting, sentence);
  };
  if (options.real.empty()) refuse("The setting real is empty, but must say where pictures are.");
  if (options.training == options.real)
    refuse("The setting training is the same as real; leave it empty, which means just that.");
  if (options.count > 0 && options.count < fewest_pictures)
    refuse(std::format("The setting count is {}, but must be 0 or at least {}.", options.count,
                       fewest_pictures));
}

}  // namespace

GeneratorScores measure_generator(const std::string& name, const GeneratorMeasuringOptions& options,
                                  const Progress& progress) {
  torch::NoGradGuard no_grad;
  check(options);
  const torch::Device device = resolve({.device = options.device}).device;
  GenerateOptions sampling = {.model = name,
                              .class_name = options.class_name,
                              .truncation = options.truncation,
                              .models = options.models,
                              .common = {.seed = options.seed}};
  const Model model = find_generator(sampling);
  const GeneratorPtr net = load_generator(TensorFile(model.file));
  const Model known = find_classifier(options, net->plan);
  const Classifier classifier = load_classifier(known, device);
  draft(sampling, *net);  // a class there is not is told before anything is computed

  Judging judging(classifier, progress);
  const bool learnt = !options.training.empty();
  const double share = learnt ? 1 / 3.0 : 0.5;
  judging.begin(0, share, "Real pictures");
  const Judged real = judging.pictures(options.real, options.count ? options.count : usual_count,
                                       options.seed, net->plan);
  judging.begin(share, 1 - share, "Training pictures");
  const Judged training =
      learnt ? judging.pictures(options.training, 0, options.seed, net->plan) : Judged();
  judging.begin(1 - share, 1, "Samples");
  sampling.count = options.count ? options.count : int(real.size());
  const std::vector<Draft> drafts = draft(sampling, *net);
  net->to(device);
  const Judged samples = judging.samples(*net, drafts, device);

  GeneratorScores scores = compare(samples, real, learnt ? training : real);
  scores.model = model.name;
  scores.model_sha256 = model.sha256;
  scores.classifier = known.name;
  scores.classifier_sha256 = known.sha256;
  scores.layer = classifier.layer;
  scores.accuracy = accuracy(samples, classifier.classes);
  scores.real_accuracy = accuracy(real, classifier.classes);
  scores.skipped = real.skipped;
  std::ranges::copy(training.skipped, std::back_inserter(scores.skipped));
  return scores;
}

}  // namespace pastiche
