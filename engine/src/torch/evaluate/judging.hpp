#pragma once

#include "data/picture_source.hpp"
#include "evaluate/classifier.hpp"
#include "generate/latents.hpp"
#include "nets/generator.hpp"
#include "pastiche/filter.hpp"

namespace pastiche {

/// Below that many there is nothing to be said of a set of pictures.
constexpr int fewest_pictures = 10;

/// Pictures as the classifier sees them, and what they are said to show.
struct Judged {
  torch::Tensor features, logits;
  std::vector<std::string> shown;
  std::vector<std::string> skipped;  ///< names of those that could not be read

  int64_t size() const { return features.size(0); }
};

/// Has pictures judged batch by batch, and tells how far it is. All are rounded to 8 bits a channel
/// before, as files hold them.
class Judging {
 public:
  Judging(const Classifier& classifier, const Progress& progress)
      : classifier_(classifier), progress_(progress) {}

  /// What comes next, and where that lies in 0..1 of the whole work.
  void begin(double from, double to, const std::string& doing);

  /// `most` of the pictures of `data`, drawn by `seed`, 0 being all of them: each the middle that
  /// has the aspect of the generator's pictures, resampled to their size; grey for a grey one.
  /// Throws BadImage when fewer than fewest_pictures can be read; Cancelled.
  Judged pictures(const std::string& data, int64_t most, int seed, const GeneratorPlan& plan);

  /// What `net` makes of `drafts`. Throws NoModel for values that are no numbers; Cancelled.
  Judged samples(Generator& net, const std::vector<Draft>& drafts, torch::Device device);

 private:
  void add(const torch::Tensor& pictures, std::vector<std::string> shown, double done);
  Judged end(const std::string& what);

  const Classifier& classifier_;
  const Progress& progress_;
  double from_ = 0, to_ = 1;
  std::string doing_;
  Judged found_;
  std::vector<torch::Tensor> features_, logits_;
};

}  // namespace pastiche
