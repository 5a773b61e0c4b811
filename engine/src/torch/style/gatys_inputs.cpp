#include "style/gatys_inputs.hpp"

#include <algorithm>

#include "pastiche/error.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

/// The styles' colours as one cloud: mean and deviation of each channel, {1, 3, 1, 1}.
std::pair<torch::Tensor, torch::Tensor> style_statistics(const std::vector<StylePicture>& styles) {
  torch::Tensor mean = torch::zeros({1, 3, 1, 1}), square = torch::zeros({1, 3, 1, 1});
  for (const StylePicture& style : styles) {
    const torch::Tensor rgb = style.rgb.cpu();
    mean = mean + style.share * rgb.mean({2, 3}, true);
    square = square + style.share * rgb.square().mean({2, 3}, true);
  }
  return {mean, (square - mean.square()).clamp_min(0).sqrt()};
}

}  // namespace

torch::Tensor resize_wrapped(const torch::Tensor& x, int64_t height, int64_t width, bool wrapped) {
  if (!wrapped || (x.size(2) == height && x.size(3) == width)) return resize(x, height, width);
  // Three by three copies, of which the middle one has its neighbours all around.
  return resize(x.repeat({1, 1, 3, 3}), 3 * height, 3 * width)
      .slice(2, height, 2 * height)
      .slice(3, width, 2 * width)
      .contiguous();
}

ContentPicture GatysInputs::content_at(const Scale& scale, bool wrapped) const {
  const auto sized = [&](const torch::Tensor& x) {
    return x.defined() ? resize_wrapped(x, scale.height, scale.width, wrapped) : x;
  };
  return {sized(content.rgb), sized(content.alpha)};
}

std::vector<StylePicture> GatysInputs::styles_at(const Scale& scale,
                                                 const GatysOptions& options) const {
  std::vector<StylePicture> sized = styles;
  const double side = options.style_size > 0
                          ? options.style_size
                          : double(std::max(scale.height, scale.width)) * options.style_scale;
  for (StylePicture& style : sized) {
    const Scale size = fitted(style.rgb.size(2), style.rgb.size(3), std::max(1.0, side));
    style.rgb = resize(style.rgb, size.height, size.width);
    if (style.alpha.defined()) style.alpha = resize(style.alpha, size.height, size.width);
    if (style.mask.defined())
      style.mask = resize_wrapped(style.mask, scale.height, scale.width, options.tileable);
  }
  return sized;
}

GatysInputs read_inputs(const Pictures& pictures, const GatysOptions& options,
                        const Compute& compute) {
  GatysInputs inputs{
      read_style_inputs(pictures, options.style_weights, options.colour == "match", compute), {}};
  if (const auto start = pictures.find("init-picture");
      start != pictures.end() && !start->second.empty())
    inputs.start = to_tensor(start->second[0], compute.device);
  else if (options.init == "picture")
    throw Error(Error::Kind::BadSetting,
                "The setting init is \"picture\", but no start picture (init-picture) was given.");
  return inputs;
}

torch::Tensor first_picture(const GatysInputs& inputs, const ContentPicture& content,
                            const Scale& scale, const GatysOptions& options,
                            torch::Generator& random) {
  if (inputs.start.defined())
    return resize_wrapped(inputs.start, scale.height, scale.width, options.tileable);
  if (options.init == "content") return content.rgb;
  const std::vector<int64_t> shape = {1, 3, scale.height, scale.width};
  torch::Tensor picture = torch::full(shape, 0.5f);
  if (options.init == "noise") picture = picture + 0.25 * torch::randn(shape, random);
  if (options.init == "uniform") picture = torch::rand(shape, random);
  if (options.init == "style") {
    const auto [mean, deviation] = style_statistics(inputs.styles);
    picture = mean + deviation * torch::randn(shape, random);
  }
  return picture.clamp(0, 1).to(content.rgb.device());
}

}  // namespace pastiche
