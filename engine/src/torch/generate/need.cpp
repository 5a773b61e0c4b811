#include <algorithm>
#include <format>

#include "generate/field.hpp"
#include "generate/generate.hpp"
#include "generate/latents.hpp"
#include "generate/texture.hpp"
#include "nets/generator.hpp"
#include "nets/texture_net.hpp"
#include "pastiche/models.hpp"

namespace pastiche {
namespace {

/// The cost of a sample, whatever size it is shown at.
Costs sample_costs(const std::string& kind, const GeneratorPtr& net, const Compute& compute) {
  torch::NoGradGuard no_grad;
  net->to(compute.device);
  const torch::Tensor latents = torch::randn({1, net->plan.latent}).to(compute.device);
  const torch::Tensor classes = torch::zeros({1}, torch::kInt64).to(compute.device);
  double least = 1e9;
  for (int i = 0; i < 4; ++i)
    least = std::min(least, timed([&] { net->forward(latents, classes).cpu(); }));
  return {{kind, {least, 0}}};
}

/// The whole call, for a small texture.
Costs texture_costs(const std::string& kind, TextureOptions options) {
  options.count = 1;
  return cost_of_pixels([&](int64_t side) {
    options.width = options.height = int(side);
    const auto make = [&] { texture(options, [](double, std::string_view) { return true; }); };
    return std::map<std::string, double>{{kind, timed(make)}};
  });
}

}  // namespace

Need texture_need(const TextureOptions& options) {
  const Compute compute = resolve(options.common);
  const Model model = find_model(options.model, "texture", options.models);
  const TextureNet net = load_texture(TensorFile(model.file));
  const TextureField field = field_of(options);
  const double asked = double(options.width) * options.height;
  const std::string precision = name_of(compute.dtype);
  const std::string kind =
      std::format("texture {} {} {}, zoom {}{}", model.sha256.substr(0, 12), name_of(compute),
                  precision, options.zoom, options.tileable ? " tileable" : "");
  return {.compute = compute,
          .precision = precision,
          .width = options.width,
          .height = options.height,
          .bytes = texture_bytes(field, options, net->width(), compute),
          .work = {{kind, double(options.count), options.count * asked,
                    [=] { return texture_costs(kind, options); }}}};
}

Need generate_need(const Sizes& sizes, const GenerateOptions& options) {
  torch::NoGradGuard no_grad;
  const Compute compute = resolve(options.common);
  const Model model = find_generator(options);
  const GeneratorPtr net = load_generator(TensorFile(model.file), false);
  const auto given = sizes.find("content");
  const PictureSize size =
      sample_size(options, net->plan,
                  given == sizes.end() || given->second.empty() ? nullptr : &given->second[0]);
  const auto count = double(draft(options, *net).size());
  const double made = count * (net->plan.draws > 1 ? 1 + double(net->plan.draws) : 1);
  const std::string kind = "generate " + model.sha256.substr(0, 12) + " " + name_of(compute);
  return {.compute = compute,
          .precision = "fp32",
          .width = size.width,
          .height = size.height,
          .bytes = sample_bytes(size, std::size_t(count), options.grid, compute),
          .work = {{kind, made, 0, [=] { return sample_costs(kind, net, compute); }},
                   resizing(count * size.pixels())}};
}

}  // namespace pastiche
