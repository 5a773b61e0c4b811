#include "style/gatys.hpp"

#include <cmath>
#include <format>

#include "device.hpp"
#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "style/gatys_inputs.hpp"
#include "style/gatys_memory.hpp"
#include "style/objective.hpp"
#include "style/optimiser.hpp"
#include "style/scales.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

/// Those of a list of layers that count. Throws BadSetting for an empty one.
std::vector<Weighted> layers_of(const std::string& text, const char* setting) {
  std::vector<Weighted> layers = parse_weighted(text, setting);
  std::erase_if(layers, [](const Weighted& layer) { return layer.weight == 0; });
  if (layers.empty())
    throw Error(Error::Kind::BadSetting,
                std::format("The setting {} names no layer with a weight above 0, such as relu4_1.",
                            setting));
  return layers;
}

Weighing weighing_of(const GatysOptions& options, const Compute& compute) {
  Weighing weighing{
      .style_layers = layers_of(options.style_layers, "style-layers"),
      .content = options.content_weight,
      .style = options.style_weight,
      .variation = options.tv_weight,
      .style_loss = options.loss == "gram" ? StyleLoss::Kind::Gram : StyleLoss::Kind::Wasserstein,
      .variation_kind = options.tv == "l1" ? Variation::Absolute : Variation::Squared,
      .normalise_gradients = options.normalise_gradients,
      .wrapped = options.tileable,
      .dtype = compute.dtype};
  // Without a weight there is no need to compute as deep as they lie.
  if (options.content_weight > 0)
    weighing.content_layers = layers_of(options.content_layers, "content-layers");
  return weighing;
}

Encoder encoder_for(const TensorFile& file, const GatysOptions& options, const Compute& compute) {
  Encoder encoder = load_encoder(file);
  if (options.tileable) encoder->padding = Padding::Circular;
  if (options.pooling == "max") encoder->pooling = Pooling::Max;
  if (options.pooling == "average") encoder->pooling = Pooling::Average;
  if (options.pooling == "l2") encoder->pooling = Pooling::L2;
  encoder->to(compute.device, compute.dtype);
  return encoder;
}

void check_layers(Encoder& encoder, const std::set<std::string>& layers) {
  for (const std::string& layer : layers)
    if (!encoder->has(layer))
      throw Error(Error::Kind::BadSetting,
                  std::format("The encoder has no layer \"{}\"; its layers go from {} to {}.",
                              layer, encoder->layers().front(), encoder->layers().back()));
}

std::unique_ptr<PictureOptimiser> optimiser_for(const GatysOptions& options) {
  const bool adam = options.optimiser == "adam";
  const double rate = options.learning_rate > 0 ? options.learning_rate : adam ? 0.02 : 1.0;
  return adam ? make_adam(rate, options.averaging) : make_lbfgs(rate, options.history);
}

std::string in_short(double value) { return std::format("{:.4g}", value); }

/// One call: the inputs, where it stands, and what it has measured.
class Painting {
 public:
  Painting(const Pictures& pictures, const GatysOptions& options, const Progress& progress);

  Result paint();

 private:
  void paint_scale(std::size_t index);
  PictureOptimiser::Slope slope_at(const Objective& objective, const torch::Tensor& picture) const;
  void report(std::size_t index, int step);
  Image finished() const;

  const Image& content_;
  const GatysOptions& options_;
  const Progress& progress_;
  const Compute compute_;
  const Weighing weighing_;
  const Model model_;
  Encoder encoder_;
  const GatysInputs inputs_;
  const std::vector<Scale> scales_;
  std::unique_ptr<PictureOptimiser> optimiser_;
  torch::Tensor picture_;            // as the last scale left it
  double work_ = 0, work_done_ = 0;  // in steps times pixels
  Result result_;
};

Encoder checked_encoder(const Model& model, const GatysOptions& options, const Compute& compute,
                        const Weighing& weighing, const Image& content) {
  Encoder encoder = encoder_for(TensorFile(model.file), options, compute);
  check_layers(encoder, weighing.layers());
  check_memory(content.height, content.width, options,
               bytes_per_pixel(encoder, weighing.layers(), options, compute), compute);
  return encoder;
}

Painting::Painting(const Pictures& pictures, const GatysOptions& options, const Progress& progress)
    : content_(pictures.find("content")->second.at(0)),
      options_(options),
      progress_(progress),
      compute_(resolve(options.common)),
      weighing_(weighing_of(options, compute_)),
      model_(find_model(options.encoder, "encoder", options.models)),
      encoder_(checked_encoder(model_, options, compute_, weighing_, content_)),
      inputs_(read_inputs(pictures, options, compute_)),
      scales_(plan_scales(content_.height, content_.width, options)),
      optimiser_(optimiser_for(options)) {
  for (const Scale& scale : scales_) work_ += double(scale.height * scale.width) * scale.steps;
}

Result Painting::paint() {
  int steps = 0;
  for (std::size_t i = 0; i < scales_.size(); ++i) {
    paint_scale(i);
    steps += scales_[i].steps;
  }
  result_.image = finished();
  result_.facts.insert(
      {{"model", model_.name},
       {"model-sha256", model_.sha256},
       {"device", name_of(compute_)},
       {"precision", compute_.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
       {"steps", std::to_string(steps)},
       {"scales", std::to_string(scales_.size())},
       {"size", std::format("{}x{}", scales_.back().width, scales_.back().height)}});
  return std::move(result_);
}

void Painting::paint_scale(std::size_t index) {
  const Scale& scale = scales_[index];
  const ContentPicture content = inputs_.content_at(scale, options_.tileable);
  const Objective objective(encoder_, weighing_, content, inputs_.styles_at(scale, options_));
  if (index == 0) {
    torch::Generator random =
        generator(Compute{}, options_.common.seed);  // the same start on any device
    picture_ = first_picture(inputs_, content, scale, options_, random);
  }
  optimiser_->start(resize_wrapped(picture_, scale.height, scale.width, options_.tileable));
  for (int step = 1; step <= scale.steps; ++step) {
    optimiser_->step([&](const torch::Tensor& x) { return slope_at(objective, x); });
    work_done_ += double(scale.height * scale.width);
    report(index, step);
  }
  picture_ = optimiser_->picture();
  if (index + 1 < scales_.size()) return;

  torch::NoGradGuard no_grad;
  const auto end = objective(picture_);
  result_.facts["style-loss-start"] = in_short(objective(content.rgb).style.item<double>());
  result_.facts["style-loss"] = in_short(end.style.item<double>());
  result_.facts["content-loss"] = in_short(end.content.item<double>());
}

PictureOptimiser::Slope Painting::slope_at(const Objective& objective,
                                           const torch::Tensor& picture) const {
  const torch::Tensor x = picture.detach().requires_grad_();
  const torch::Tensor total = objective(x).total;
  const double loss = total.item<double>();
  if (!std::isfinite(loss))
    throw Error(Error::Kind::Internal,
                "The loss is no longer a number; smaller weights, a smaller learning-rate or "
                "precision fp32 may help.");
  if (!total.requires_grad()) return {loss, torch::zeros_like(picture)};
  return {loss, torch::autograd::grad({total}, {x})[0]};
}

void Painting::report(std::size_t index, int step) {
  const std::string doing = std::format("Scale {} of {}, step {} of {}", index + 1, scales_.size(),
                                        step, scales_[index].steps);
  if (progress_(work_done_ / work_, doing)) return;
  picture_ = optimiser_->picture();
  throw Cancelled(std::format("Stopped at scale {} of {}, step {} of {}.", index + 1,
                              scales_.size(), step, scales_[index].steps),
                  std::make_shared<const Image>(finished()));
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
