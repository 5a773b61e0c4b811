#include "style/gatys.hpp"

#include <cmath>
#include <format>

#include "style/gatys_inputs.hpp"
#include "style/gatys_plan.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

double checked(double loss) {
  if (std::isfinite(loss)) return loss;
  throw Error(Error::Kind::Internal,
              "The loss is no longer a number; smaller weights, a smaller learning-rate or "
              "precision fp32 may help.");
}

std::string in_short(double value) { return std::format("{:.4g}", value); }

/// One call: the inputs, where it stands, and what it has measured.
class Painting {
 public:
  Painting(const Pictures& pictures, const GatysOptions& options, const Progress& progress);

  Result paint();

 private:
  void paint_scale(std::size_t index);
  torch::Tensor enlarged(std::size_t index, const torch::Tensor& content) const;
  void report(std::size_t index, int step, double part = 1);
  Image finished() const;

  const Image& content_;
  const GatysOptions& options_;
  const Progress& progress_;
  const GatysPlan plan_;
  const GatysInputs inputs_;
  std::unique_ptr<PictureOptimiser> optimiser_;
  torch::Tensor picture_;            // as the last scale left it
  double work_ = 0, work_done_ = 0;  // in steps times pixels
  Result result_;
};

Painting::Painting(const Pictures& pictures, const GatysOptions& options, const Progress& progress)
    : content_(pictures.find("content")->second.at(0)),
      options_(options),
      progress_(progress),
      plan_(plan_gatys(sizes_of(pictures), options)),
      inputs_(read_inputs(pictures, options, plan_.compute)),
      optimiser_(optimiser_for(plan_.options)) {
  for (const Scale& scale : plan_.scales) work_ += double(scale.height * scale.width) * scale.steps;
}

Result Painting::paint() {
  int steps = 0;
  for (std::size_t i = 0; i < plan_.scales.size(); ++i) {
    paint_scale(i);
    steps += plan_.scales[i].steps;
  }
  optimiser_.reset();  // its pictures' memory is needed for the result
  result_.image = finished();
  result_.facts.insert(
      {{"model", plan_.model.name},
       {"model-sha256", plan_.model.sha256},
       {"device", name_of(plan_.compute)},
       {"precision", name_of(plan_.compute.dtype)},
       {"optimiser", plan_.options.optimiser},
       {"steps", std::to_string(steps)},
       {"scales", std::to_string(plan_.scales.size())},
       {"size", std::format("{}x{}", plan_.scales.back().width, plan_.scales.back().height)}});
  return std::move(result_);
}

void Painting::paint_scale(std::size_t index) {
  const Scale& scale = plan_.scales[index];
  const ContentPicture content = inputs_.content_at(scale, options_.tileable);
  int step = 0;
  Objective objective(plan_.encoder, plan_.weighing, content, inputs_.styles_at(scale, options_),
                      {.pixels = plan_.room_at(scale), .tell = [&](double done) {
                         if (step > 0 && step <= scale.steps) report(index, step, done);
                       }});
  if (index == 0) {
    torch::Generator random =
        generator(Compute{}, options_.common.seed);  // the same start on any device
    picture_ = first_picture(inputs_, content, scale, options_, random);
  }
  optimiser_->start(enlarged(index, content.rgb));
  for (step = 1; step <= scale.steps; ++step) {
    optimiser_->step([&](const torch::Tensor& picture, const torch::Tensor& gradient) {
      return checked(objective(picture, gradient).total);
    });
    report(index, step);
    work_done_ += double(scale.height * scale.width);
  }
  picture_ = optimiser_->picture();
  if (index + 1 < plan_.scales.size()) return;

  const Objective::Losses end = objective(picture_);
  result_.facts["style-loss-start"] = in_short(objective(content.rgb).style);
  result_.facts["loss"] = in_short(end.total);
  result_.facts["style-loss"] = in_short(end.style);
  result_.facts["content-loss"] = in_short(end.content);
}

/// What the last scale has painted, at this one. Where it started from the content, with the
/// content's detail that the last one could not have.
torch::Tensor Painting::enlarged(std::size_t index, const torch::Tensor& content) const {
  const Scale& scale = plan_.scales[index];
  const auto at_scale = [&](const torch::Tensor& x) {
    return resize_wrapped(x, scale.height, scale.width, options_.tileable);
  };
  torch::Tensor picture = at_scale(picture_);
  if (index == 0 || inputs_.start.defined() || options_.init != "content") return picture;
  const ContentPicture last = inputs_.content_at(plan_.scales[index - 1], options_.tileable);
  return (picture + content - at_scale(last.rgb)).clamp_(0, 1);
}

void Painting::report(std::size_t index, int step, double part) {
  const Scale& scale = plan_.scales[index];
  const std::string where =
      std::format(" {} of {}, step {} of {}", index + 1, plan_.scales.size(), step, scale.steps);
  const double done = work_done_ + part * double(scale.height * scale.width);
  if (progress_(std::min(1.0, done / work_), "Scale" + where)) return;
  picture_ = optimiser_->picture();
  optimiser_.reset();
  throw Cancelled("Stopped at scale" + where + ".", std::make_shared<const Image>(finished()));
}

Image Painting::finished() const {
  torch::Tensor picture =
      resize_wrapped(picture_, content_.height, content_.width, options_.tileable);
  if (options_.colour == "luminance") picture = keep_colour(picture, inputs_.content.rgb);
  return to_image(picture, content_);
}

}  // namespace

Result gatys(const Pictures& pictures, const GatysOptions& options, const Progress& progress) {
  return Painting(pictures, options, progress).paint();
}

}  // namespace pastiche
