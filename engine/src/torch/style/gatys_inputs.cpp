#include "style/gatys_inputs.hpp"

#include <algorithm>
#include <format>
#include <numeric>

#include "pastiche/error.hpp"
#include "pastiche/weighted_list.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

const std::vector<Image>& of(const Pictures& pictures, const char* input) {
  static const std::vector<Image> none;
  const auto found = pictures.find(input);
  return found == pictures.end() ? none : found->second;
}

/// Undefined for an opaque picture, which needs no weights.
torch::Tensor alpha_of(const Image& image, const char* what, torch::Device device) {
  const torch::Tensor alpha = alpha_tensor(image, device);
  if (!(alpha.max().item<float>() > 0))
    throw Error(Error::Kind::BadImage, std::format("The {} picture is wholly transparent; it must "
                                                   "have a visible pixel.",
                                                   what));
  return alpha.min().item<float>() < 1 ? alpha : torch::Tensor();
}

std::vector<double> shares_of(const std::string& text, std::size_t styles) {
  std::vector<double> shares = parse_weights(text, "style-weights");
  if (shares.empty()) shares.assign(styles, 1);
  if (shares.size() != styles)
    throw Error(Error::Kind::BadSetting,
                std::format("The setting style-weights has {} weight(s) for {} style picture(s); "
                            "give one for each, or none.",
                            shares.size(), styles));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(sum > 0))
    throw Error(Error::Kind::BadSetting,
                "The setting style-weights is 0 for every style; one has to be larger.");
  for (double& share : shares) share /= sum;
  return shares;
}

void read_masks(GatysInputs& inputs, const std::vector<Image>& masks, torch::Device device) {
  if (masks.empty()) return;
  if (masks.size() != inputs.styles.size())
    throw Error(Error::Kind::BadSetting,
                std::format("There are {} mask(s) for {} style picture(s); give one for each, or "
                            "none.",
                            masks.size(), inputs.styles.size()));
  const torch::Tensor& rgb = inputs.content.rgb;
  double counted = 0;
  for (std::size_t i = 0; i < masks.size(); ++i) {
    StylePicture& style = inputs.styles[i];
    style.mask = resize(mask_tensor(masks[i], device), rgb.size(2), rgb.size(3));
    const torch::Tensor& alpha = inputs.content.alpha;
    counted +=
        style.share * (alpha.defined() ? style.mask * alpha : style.mask).sum().item<double>();
  }
  if (!(counted > 0))
    throw Error(Error::Kind::BadImage,
                "The masks are black wherever the picture is visible; one has to let its style "
                "in somewhere.");
}

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
  const Image& content = of(pictures, "content").at(0);
  const auto& styles = of(pictures, "style");
  const auto shares = shares_of(options.style_weights, styles.size());
  GatysInputs inputs;
  inputs.content = {to_tensor(content, compute.device),
                    alpha_of(content, "content", compute.device)};
  for (std::size_t i = 0; i < styles.size(); ++i) {
    StylePicture style;
    style.rgb = to_tensor(styles[i], compute.device);
    style.alpha = alpha_of(styles[i], "style", compute.device);
    style.share = shares[i];
    if (options.colour == "match") style.rgb = match_colour(style.rgb, inputs.content.rgb);
    inputs.styles.push_back(style);
  }
  read_masks(inputs, of(pictures, "mask"), compute.device);
  if (const auto& start = of(pictures, "init-picture"); !start.empty())
    inputs.start = to_tensor(start[0], compute.device);
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
