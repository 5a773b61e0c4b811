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
  int64_t room_at(const Scale& scale) const {
    return tile_room(memory_, scale, content_, options_, compute_);
  }
  void report(std::size_t index, int step, double part = 1);
  Image finished() const;

  const Image& content_;
  const GatysOptions& options_;
  const Progress& progress_;
  const Compute compute_;
  const Weighing weighing_;
  const Model model_;
  Encoder encoder_;
  const std::vector<Scale> scales_;
  const GatysMemory memory_;
  const GatysInputs inputs_;
  std::unique_ptr<PictureOptimiser> optimiser_;
  torch::Tensor picture_;            // as the last scale left it
  double work_ = 0, work_done_ = 0;  // in steps times pixels
  Result result_;
};

Encoder checked_encoder(const Model& model, const GatysOptions& options, const Compute& compute,
                        const Weighing& weighing) {
  Encoder encoder = encoder_for(TensorFile(model.file), options, compute);
  check_layers(encoder, weighing.layers());
  return encoder;
}

Painting::Painting(const Pictures& pictures, const GatysOptions& options, const Progress& progress)
    : content_(pictures.find("content")->second.at(0)),
      options_(options),
      progress_(progress),
      compute_(resolve(options.common)),
      weighing_(weighing_of(options, compute_)),
      model_(find_model(options.encoder, "encoder", options.models)),
      encoder_(checked_encoder(model_, options, compute_, weighing_)),
      scales_(plan_scales(content_.height, content_.width, options)),
      memory_(memory_of(encoder_, weighing_.layers(), pictures, options, compute_)),
      inputs_(read_inputs(pictures, options, compute_)),
      optimiser_(optimiser_for(options)) {
  room_at(scales_.back());  // throws now rather than at the last scale
  for (const Scale& scale : scales_) work_ += double(scale.height * scale.width) * scale.steps;
}

Result Painting::paint() {
  int steps = 0;
  for (std::size_t i = 0; i < scales_.size(); ++i) {
    paint_scale(i);
    steps += scales_[i].steps;
  }
  optimiser_.reset();  // its pictures' memory is needed for the result
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
  int step = 0;
  Objective objective(encoder_, weighing_, content, inputs_.styles_at(scale, options_),
                      {.pixels = room_at(scale), .tell = [&](double done) {
                         if (step > 0 && step <= scale.steps) report(index, step, done);
                       }});
  if (index == 0) {
    torch::Generator random =
        generator(Compute{}, options_.common.seed);  // the same start on any device
    picture_ = first_picture(inputs_, content, scale, options_, random);
  }
  optimiser_->start(resize_wrapped(picture_, scale.height, scale.width, options_.tileable));
  for (step = 1; step <= scale.steps; ++step) {
    optimiser_->step([&](const torch::Tensor& picture, const torch::Tensor& gradient) {
      return checked(objective(picture, gradient).total);
    });
    report(index, step);
    work_done_ += double(scale.height * scale.width);
  }
  picture_ = optimiser_->picture();
  if (index + 1 < scales_.size()) return;

  const Objective::Losses end = objective(picture_);
  result_.facts["style-loss-start"] = in_short(objective(content.rgb).style);
  result_.facts["loss"] = in_short(end.total);
  result_.facts["style-loss"] = in_short(end.style);
  result_.facts["content-loss"] = in_short(end.content);
}

void Painting::report(std::size_t index, int step, double part) {
  const Scale& scale = scales_[index];
  const std::string where =
      std::format(" {} of {}, step {} of {}", index + 1, scales_.size(), step, scale.steps);
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
