#include "generate/texture.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "device.hpp"
#include "generate/field.hpp"
#include "generate/latents.hpp"
#include "generate/placing.hpp"
#include "nets/circular.hpp"
#include "nets/texture_net.hpp"
#include "style/row_blend.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

/// {1, textures of the model}, summing to one.
torch::Tensor blend_of(const std::string& text, const Model& model) {
  torch::Tensor blend = torch::zeros({1, int64_t(model.styles.size())});
  for (const Weighted& entry : parse_blend(text, "texture", model.styles.at(0))) {
    const auto found = std::ranges::find(model.styles, entry.name);
    if (found == model.styles.end())
      throw Error(Error::Kind::BadSetting, "The model has no texture " + in_quotes(entry.name) +
                                               "; it has " + listed(model.styles) + ".");
    blend[0][found - model.styles.begin()] = entry.weight;
  }
  return blend;
}

/// A picture that goes round and round may be cut anywhere: of each axis at the first line whose
/// step from the one before is as large as the mean, so that a border is like what is inside.
torch::Tensor cut_where_ordinary(torch::Tensor x) {
  for (const int64_t axis : {2, 3}) {
    const torch::Tensor steps =
        (x - x.roll(1, axis)).abs_().mean(torch::IntArrayRef{0, 1, 5 - axis});
    const torch::Tensor off = (steps / steps.mean() - 1).abs();
    // The first, not the best: which is best, rounding may decide.
    const torch::Tensor ordinary = (off < 0.02).nonzero();
    const torch::Tensor line = ordinary.numel() > 0 ? ordinary[0] : off.argmin();
    x = x.roll(-line.item<int64_t>(), axis);
  }
  return x;
}

/// The picture asked for, out of {1, 3, H, W} of the field.
Image cut_out(const torch::Tensor& made, const TextureOptions& options) {
  if (options.tileable) {
    const torch::Tensor whole = circular_resize(made, options.height, options.width).clamp(0, 1);
    return placed(cut_where_ordinary(whole), options.width, options.height, "stretch");
  }
  const torch::Tensor inner = made.narrow(2, texture_margin, made.size(2) - 2 * texture_margin)
                                  .narrow(3, texture_margin, made.size(3) - 2 * texture_margin);
  return placed(inner.clamp(0, 1), options.width, options.height, "stretch");
}

}  // namespace

Result texture(const TextureOptions& options, const Progress& progress) {
  torch::NoGradGuard no_grad;
  const Compute compute = resolve(options.common);
  const Model model = find_model(options.model, "texture", options.models);
  const torch::Tensor blend = blend_of(options.texture, model).to(compute.device, compute.dtype);
  const TextureField field = field_of(options);
  TextureNet net = load_texture(TensorFile(model.file));
  texture_bytes(field, options, net->width(), compute);
  net->to(compute.device, compute.dtype);
  std::vector<Result> results;
  for (int i = 0; i < options.count; ++i) {
    const auto tell = [&](double done) {
      if (!progress((i + done) / options.count,
                    std::format("Texture {} of {}", i + 1, options.count)))
        throw Cancelled("Stopped before the texture was made.");
    };
    tell(0);
    const int seed = seed_after(options.common.seed, i);
    const torch::Tensor made =
        net(net->noise(field.height, field.width, {std::uint64_t(seed)}), blend, tell)
            .cpu()
            .to(torch::kFloat32);
    results.push_back({cut_out(made, options),
                       {{"model", model.name},
                        {"model-sha256", model.sha256},
                        {"device", name_of(compute)},
                        {"precision", compute.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
                        {"texture", options.texture.empty() ? model.styles[0] : options.texture}},
                       {{"seed", std::to_string(seed)}, {"count", "1"}}});
  }
  return as_one(std::move(results));
}

}  // namespace pastiche
