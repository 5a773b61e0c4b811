#include "style/style_inputs.hpp"

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

void read_masks(StyleInputs& inputs, const std::vector<Image>& masks, torch::Device device) {
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

}  // namespace

StyleInputs read_style_inputs(const Pictures& pictures, const std::string& style_weights,
                              bool match_colours, const Compute& compute) {
  const Image& content = of(pictures, "content").at(0);
  const auto& styles = of(pictures, "style");
  const auto shares = shares_of(style_weights, styles.size());
  StyleInputs inputs;
  inputs.content = {to_tensor(content, compute.device),
                    alpha_of(content, "content", compute.device)};
  for (std::size_t i = 0; i < styles.size(); ++i) {
    StylePicture style;
    style.rgb = to_tensor(styles[i], compute.device);
    style.alpha = alpha_of(styles[i], "style", compute.device);
    style.share = shares[i];
    if (match_colours) style.rgb = match_colour(style.rgb, inputs.content.rgb);
    inputs.styles.push_back(style);
  }
  read_masks(inputs, of(pictures, "mask"), compute.device);
  return inputs;
}

}  // namespace pastiche
