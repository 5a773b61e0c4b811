#include "pastiche/evaluate.hpp"

#include "backend.hpp"
#include "evaluate/options.hpp"
#include "mark.hpp"

namespace pastiche {

const std::vector<Measure>& measures() {
  static const std::vector<Measure> table = {
      {"style-distance", N_("Style distance"), &Distances::style},
      {"sifid", N_("SIFID"), &Distances::sifid},
      {"content-distance", N_("Content distance"), &Distances::content},
      {"colour-distance", N_("Colour distance"), &Distances::colour},
  };
  return table;
}

const std::vector<GeneratorMeasure>& generator_measures() {
  static const std::vector<GeneratorMeasure> table = {
      {"classifier-score", N_("Classifier score"), &GeneratorScores::classifier_score},
      {"classifier-score-real", N_("Classifier score, real"),
       &GeneratorScores::real_classifier_score},
      {"frechet-distance", N_("Frechet distance"), &GeneratorScores::frechet},
      {"kernel-distance", N_("Kernel distance"), &GeneratorScores::kid},
      {"kernel-distance-deviation", N_("Kernel distance, deviation"),
       &GeneratorScores::kid_deviation},
      {"precision", N_("Precision"), &GeneratorScores::precision},
      {"recall", N_("Recall"), &GeneratorScores::recall},
      {"diversity", N_("Diversity"), &GeneratorScores::diversity},
      {"nearest-distance", N_("Nearest picture learnt"), &GeneratorScores::nearest},
      {"nearest-distance-real", N_("Nearest picture, real"), &GeneratorScores::real_nearest},
      {"accuracy", N_("Accuracy"), &GeneratorScores::accuracy},
      {"accuracy-real", N_("Accuracy, real"), &GeneratorScores::real_accuracy},
  };
  return table;
}

GeneratorScores measure_generator(const std::string& model, const Settings& settings,
                                  const Progress& progress) {
  return backend().measure_generator(model, settings, progress);
}

std::vector<Distances> measure(const Image& content, const Image& style,
                               const std::vector<Image>& results, const Settings& settings) {
  const std::vector<Input> inputs = {
      {.name = "content", .label = "", .help = ""},
      {.name = "style", .label = "", .help = ""},
      {.name = "result", .label = "", .help = "", .max = int(results.size())}};
  const Pictures pictures = {{"content", {content}}, {"style", {style}}, {"result", results}};
  if (results.empty()) return {};
  check_pictures("measuring", inputs, pictures);
  return backend().measure(pictures, settings);
}

}  // namespace pastiche
