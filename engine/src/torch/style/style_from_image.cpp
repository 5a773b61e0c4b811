#include "style/style_from_image.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <optional>

#include "device.hpp"
#include "nets/image_stylizer.hpp"
#include "pastiche/models.hpp"
#include "style/gatys_inputs.hpp"
#include "style/refine.hpp"
#include "style/repaint.hpp"
#include "style/scales.hpp"
#include "tensor_image.hpp"

namespace pastiche {
namespace {

constexpr int least_style_side = 16;  // what the deepest layer sees as one place

/// Where which styles are painted.
struct Region {
  std::vector<WeighedStyle> styles;
  double share = 0;      ///< of all styles' shares, these; theirs are parts of it
  torch::Tensor counts;  ///< {1, 1, h, w}: each place in the content's statistics; undefined: alike
  torch::Tensor mask;    ///< {1, 1, h, w}: where it is shown; undefined: everywhere
};

torch::Tensor to_multiple(const torch::Tensor& x, int64_t multiple) {
  if (!x.defined()) return x;
  const int64_t right = -x.size(3) & (multiple - 1), bottom = -x.size(2) & (multiple - 1);
  return right + bottom == 0 ? x : torch::replication_pad2d(x, {0, right, 0, bottom});
}

torch::Tensor sized(const torch::Tensor& x, const Scale& size) {
  return x.defined() ? resize(x, size.height, size.width) : x;
}

void check_styles(const std::vector<StylePicture>& styles) {
  for (const StylePicture& style : styles)
    if (std::min(style.rgb.size(2), style.rgb.size(3)) < least_style_side)
      throw Error(
          Error::Kind::BadImage,
          std::format("A style picture has {}x{} pixels, too few to show a style; {}x{} "
                      "are the least.",
                      style.rgb.size(3), style.rgb.size(2), least_style_side, least_style_side));
}

/// One call.
class Painting {
 public:
  Painting(const Pictures& pictures, const StyleFromImageOptions& options,
           const Progress& progress);

  Result paint();

 private:
  std::map<std::string, Moments> look_at(const StylePicture& style);
  torch::Tensor padded(const torch::Tensor& x) const {
    return to_multiple(sized(x, size_), int64_t(1) << (stylizer_->blocks() - 1));
  }
  std::vector<Region> regions();
  Repainting how(const Region& region, std::function<void(double)> tell) const;
  torch::Tensor blended();
  torch::Tensor refined(const torch::Tensor& painted);
  torch::Tensor as_covered(const torch::Tensor& painted) const;
  Image finished(const torch::Tensor& painted) const;
  void report(double done, const std::string& doing) const;

  const Image& content_;
  const StyleFromImageOptions& options_;
  const Progress& progress_;
  const Compute compute_;
  const Model model_;
  const TensorFile file_;
  const GatysInputs inputs_;
  const Scale size_;
  const int64_t room_;
  ImageStylizer stylizer_;
  std::optional<GatysPlan> refining_;
  torch::Tensor input_;  // {1, 3, h, w}, a multiple a side
  double pass_ = 0.9;    // of the work, up to the end of the pass
};

Painting::Painting(const Pictures& pictures, const StyleFromImageOptions& options,
                   const Progress& progress)
    : content_(pictures.find("content")->second.at(0)),
      options_(options),
      progress_(progress),
      compute_(resolve(options.common)),
      model_(find_model(options.model, "style-decoder", options.models)),
      file_(model_.file),
      inputs_{
          read_style_inputs(pictures, options.style_weights, options.colour == "match", compute_),
          {}},
      size_(size_of({content_.width, content_.height}, options)),
      room_(pass_memory(sizes_of(pictures), file_, compute_).room(size_)),
      stylizer_(load_stylizer(file_)) {
  check_styles(inputs_.styles);
  stylizer_->to(compute_.device, compute_.dtype);
  if (options.refine == 0) return;
  refining_ = plan_refining(sizes_of(pictures), options, model_);
  pass_ = 0.3;
}

void Painting::report(double done, const std::string& doing) const {
  if (!progress_(done, doing)) throw Cancelled("Stopped before the picture was painted.");
}

std::map<std::string, Moments> Painting::look_at(const StylePicture& style) {
  const double side = double(std::max(size_.height, size_.width)) * options_.style_scale;
  const Scale own =
      fitted(style.rgb.size(2), style.rgb.size(3), std::max(side, double(least_style_side)));
  return moments_at(stylizer_, sized(style.rgb, own), sized(style.alpha, own), room_);
}

std::vector<Region> Painting::regions() {
  const torch::Tensor alpha = padded(inputs_.content.alpha);
  std::vector<Region> found;
  for (std::size_t i = 0; i < inputs_.styles.size(); ++i) {
    const StylePicture& style = inputs_.styles[i];
    if (style.share == 0) continue;
    report(pass_ * (0.05 + 0.35 * double(i) / double(inputs_.styles.size())),
           std::format("Looking at style {} of {}", i + 1, inputs_.styles.size()));
    const torch::Tensor mask = padded(style.mask);
    const torch::Tensor counts = mask.defined() && alpha.defined() ? mask * alpha
                                 : mask.defined()                  ? mask
                                                                   : alpha;
    if (mask.defined() && !(counts.max().item<float>() > 0)) continue;
    if (mask.defined() || found.empty()) found.push_back({{}, 0, counts, mask});
    found.back().styles.push_back({style.share, look_at(style)});
    found.back().share += style.share;
  }
  for (Region& region : found)
    for (WeighedStyle& style : region.styles) style.share /= region.share;
  return found;
}

Repainting Painting::how(const Region& region, std::function<void(double)> tell) const {
  const Transform transform = options_.statistics == "adain"       ? Transform::AdaIN
                              : options_.statistics == "whitening" ? Transform::Whitening
                                                                   : Transform::Transport;
  return {transform, options_.strength, options_.detail, region.counts, room_, std::move(tell)};
}

torch::Tensor Painting::blended() {
  const std::vector<Region> all = regions();
  torch::Tensor sum, weights;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto tell = [&](double done) {
      report(pass_ * (0.4 + 0.6 * (double(i) + done) / double(all.size())),
             std::format("Painting, region {} of {}", i + 1, all.size()));
    };
    tell(0);
    const torch::Tensor whole =
        repainted(stylizer_, input_, all[i].styles, how(all[i], tell)).clamp_(0, 1);
    if (!all[i].mask.defined()) return whole;
    const torch::Tensor weight = all[i].share * all[i].mask;
    sum = i == 0 ? weight * whole : sum + weight * whole;
    weights = i == 0 ? weight : weights + weight;
  }
  return sum / weights.clamp_min(1e-6);
}

torch::Tensor Painting::refined(const torch::Tensor& painted) {
  const auto weaker = [&](const torch::Tensor& picture) {
    return as_covered(torch::lerp(painted, picture, options_.strength));
  };
  return weaker(refine(
      *refining_, painted, inputs_.content_at(size_, false),
      inputs_.styles_at(size_, refining_->options),
      [&](double done, std::string_view doing) {
        return progress_(pass_ + (0.95 - pass_) * done, doing);
      },
      [&](const torch::Tensor& so_far) { return finished(weaker(so_far)); }));
}

/// Painted where there is a mask, or no mask at all, and the picture elsewhere.
torch::Tensor Painting::as_covered(const torch::Tensor& painted) const {
  torch::Tensor cover;
  for (const StylePicture& style : inputs_.styles) {
    if (!style.mask.defined()) return painted;
    const torch::Tensor mask = sized(style.mask, size_);
    if (style.share > 0) cover = cover.defined() ? cover + mask : mask;
  }
  return torch::lerp(sized(inputs_.content.rgb, size_), painted, cover.clamp_max(1));
}

Image Painting::finished(const torch::Tensor& painted) const {
  const torch::Tensor& picture = inputs_.content.rgb;
  torch::Tensor styled = resize(painted, content_.height, content_.width);
  if (options_.colour == "luminance") styled = keep_colour(styled, picture);
  return to_image(styled, content_);
}

Result Painting::paint() {
  input_ = padded(inputs_.content.rgb);
  torch::Tensor painted = as_covered(
      blended().narrow(2, 0, size_.height).narrow(3, 0, size_.width).contiguous());
  input_ = torch::Tensor();
  if (refining_) painted = refined(painted);
  report(0.95, "Finishing");
  Facts facts = {{"model", model_.name},
                 {"model-sha256", model_.sha256},
                 {"device", name_of(compute_)},
                 {"precision", compute_.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
                 {"size", std::format("{}x{}", size_.width, size_.height)}};
  if (refining_) facts["optimiser"] = refining_->options.optimiser;
  return {finished(painted), std::move(facts)};
}

}  // namespace

Result style_from_image(const Pictures& pictures, const StyleFromImageOptions& options,
                        const Progress& progress) {
  if (options.strength == 0)
    return {pictures.find("content")->second.at(0), {{"device", name_of(resolve(options.common))}}};
  torch::NoGradGuard no_grad;
  return Painting(pictures, options, progress).paint();
}

}  // namespace pastiche
