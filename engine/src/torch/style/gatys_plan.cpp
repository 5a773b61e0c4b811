#include "style/gatys_plan.hpp"

#include <algorithm>
#include <format>

#include "pastiche/error.hpp"

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

/// Makes the encoder and the way to compute what the options say.
void prepare(Encoder& encoder, const GatysOptions& options, Compute& compute) {
  if (options.pooling == "max") encoder->pooling = Pooling::Max;
  if (options.pooling == "average") encoder->pooling = Pooling::Average;
  if (options.pooling == "l2") encoder->pooling = Pooling::L2;
  if (options.common.precision == "auto" && compute.device.is_cpu() && is_faster_in_bf16(encoder))
    compute.dtype = torch::kBFloat16;
  encoder->to(compute.device, compute.dtype);
}

void check_layers(Encoder& encoder, const std::set<std::string>& layers) {
  for (const std::string& layer : layers)
    if (!encoder->has(layer))
      throw Error(Error::Kind::BadSetting,
                  std::format("The encoder has no layer \"{}\"; its layers go from {} to {}.",
                              layer, encoder->layers().front(), encoder->layers().back()));
}

}  // namespace

GatysPlan plan_gatys(const Sizes& sizes, const GatysOptions& options) {
  Model model = find_model(options.encoder, "encoder", options.models);
  Encoder encoder = load_encoder(TensorFile(model.file));
  return plan_gatys(sizes, options, std::move(model), std::move(encoder));
}

GatysPlan plan_gatys(const Sizes& sizes, const GatysOptions& options, Model model, Encoder encoder,
                     double held) {
  GatysPlan plan = {.options = options,
                    .content = sizes.find("content")->second.at(0),
                    .compute = resolve(options.common),
                    .model = std::move(model),
                    .encoder = std::move(encoder)};
  prepare(plan.encoder, options, plan.compute);
  plan.weighing = weighing_of(options, plan.compute);
  check_layers(plan.encoder, plan.weighing.layers());
  plan.scales = plan_scales(plan.content.height, plan.content.width, options);
  const auto fit = [&](const char* optimiser) {
    plan.options.optimiser = optimiser;
    plan.memory =
        memory_of(plan.encoder, plan.weighing.layers(), sizes, plan.options, plan.compute);
    plan.memory.fixed += held;
    plan.room_at(plan.scales.back());  // throws now rather than at the last scale
  };
  if (options.optimiser != "auto") {
    fit(options.optimiser.c_str());
    return plan;
  }
  try {
    fit("preconditioned");
  } catch (const Error& error) {
    if (error.kind != Error::Kind::OutOfMemory) throw;
    fit("adam");
  }
  return plan;
}

std::vector<Tile> GatysPlan::tiles_at(const Scale& scale, int64_t margins) const {
  const TiledEncoder seen_by(encoder, weighing.layers(),
                             weighing.wrapped ? Padding::Circular : encoder->padding, compute.dtype,
                             room_at(scale));
  return seen_by.tiles(scale.height, scale.width, margins);
}

double GatysPlan::peak() const {
  const Scale& last = scales.back();
  const Tile tile = tiles_at(last, 2).front();
  return memory.peak(memory.painting(last, tile.rows.length, tile.columns.length));
}

std::unique_ptr<PictureOptimiser> optimiser_for(const GatysOptions& options) {
  const bool adam = options.optimiser == "adam";
  const double rate = options.learning_rate > 0 ? options.learning_rate : adam ? 0.02 : 1.0;
  return adam ? make_adam(rate, options.averaging)
              : make_lbfgs(rate, options.history, options.optimiser == "preconditioned");
}

}  // namespace pastiche
