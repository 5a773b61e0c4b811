#include <algorithm>
#include <utility>

#include "nets/encoder_pass.hpp"
#include "stream/row_encoder.hpp"

namespace pastiche {
namespace {

std::vector<float> floats_of(const torch::Tensor& x) {
  const torch::Tensor flat = x.detach().to(torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

/// The layers up to the deepest of `layers`, and their names.
std::pair<stream::EncoderPlan, std::vector<std::string>> plan_of(
    Encoder encoder, const std::set<std::string>& layers, Padding padding, bool bf16) {
  stream::EncoderPlan plan;
  plan.border = stream::Border(padding);
  plan.largest = encoder->pooling == Pooling::Max;
  plan.bf16 = bf16;
  std::vector<std::string> names;
  const auto weights = encoder->named_parameters();
  std::size_t left = layers.size();
  for (const std::string& name : encoder->layers()) {
    if (left == 0) break;
    const std::string conv = "conv" + name.substr(4);
    const torch::Tensor& weight = weights[conv + ".weight"];
    plan.layers.push_back({.conv = {.in = int(weight.size(1)),
                                    .out = int(weight.size(0)),
                                    .side = 3,
                                    .weight = floats_of(weight),
                                    .scale = {},
                                    .shift = {},
                                    .bias = floats_of(weights[conv + ".bias"])},
                           .pooled = !names.empty() && name[4] != names.back()[4],
                           .seen = layers.contains(name)});
    names.push_back(name);
    left -= layers.count(name);
  }
  const auto colour = floats_of(weights["input.weight"]), offset = floats_of(weights["input.bias"]);
  std::copy_n(colour.begin(), 9, &plan.colour[0][0]);
  std::copy_n(offset.begin(), 3, plan.offset);
  return {std::move(plan), std::move(names)};
}

class StreamedPass : public EncoderPass {
 public:
  StreamedPass(std::pair<stream::EncoderPlan, std::vector<std::string>> plan,
               std::unique_ptr<EncoderPass> small)
      : rows_(std::move(plan.first)), names_(std::move(plan.second)), small_(std::move(small)) {}

  void forward(const torch::Tensor& picture, const See& see, bool keep) override {
    picture_ = picture.detach().contiguous();
    if (is_small()) return small_->forward(picture_, see, keep);
    const float* planes[3];
    point_at(picture_, planes);
    rows_.forward(planes, picture_.size(2), picture_.size(3), keep,
                  [&](const stream::FeatureRows& rows) { see(piece(rows)); });
  }

  torch::Tensor backward(const Pull& pull) override {
    if (is_small()) return small_->backward(pull);
    const torch::Tensor gradient = torch::empty_like(picture_);
    float* planes[3];
    point_at(gradient, planes);
    torch::Tensor pulled;
    rows_.backward(
        [&](const stream::FeatureRows& rows) {
          pulled = pull(piece(rows)).permute({0, 2, 3, 1}).contiguous();
          return pulled.data_ptr<float>();
        },
        planes);
    return gradient;
  }

  double bytes_per_pixel() const override { return rows_.bytes_per_pixel() + 2 * 3 * 4; }
  std::function<double(int64_t, int64_t)> bytes_under_way() const override {
    return rows_.bytes_under_way();
  }
  double bytes_per_parameter() const override { return rows_.bytes_per_weight(); }
  bool is_exact_by_rows() const override { return true; }

 private:
  bool is_small() const {
    return std::min(picture_.size(2), picture_.size(3)) < rows_.smallest_side();
  }

  template <class Float>
  static void point_at(const torch::Tensor& x, Float* planes[3]) {
    for (int c = 0; c < 3; ++c) planes[c] = x.data_ptr<float>() + c * x.size(2) * x.size(3);
  }

  Piece piece(const stream::FeatureRows& rows) const {
    const torch::Tensor features =
        torch::from_blob(const_cast<float*>(rows.data), {1, rows.rows, rows.width, rows.channels});
    return {names_[std::size_t(rows.layer)], rows.first_row, features.permute({0, 3, 1, 2})};
  }

  stream::RowEncoder rows_;
  std::vector<std::string> names_;
  std::unique_ptr<EncoderPass> small_;  // for pictures of few pixels
  torch::Tensor picture_;
};

/// Whether the streamed rows can do what the encoder does.
bool streams(Encoder encoder, torch::Device device) {
  if (!device.is_cpu() || encoder->pooling == Pooling::L2) return false;
  for (const auto& parameter : encoder->named_parameters())
    if (parameter.key().starts_with("conv") && parameter.value().size(0) % stream::group != 0)
      return false;
  return true;
}

}  // namespace

std::unique_ptr<EncoderPass> make_pass(Encoder encoder, const std::set<std::string>& layers,
                                       Padding padding, torch::ScalarType dtype) {
  auto by_operators = make_autograd_pass(encoder, layers, padding, dtype);
  if (!streams(encoder, encoder->parameters()[0].device())) return by_operators;
  return std::make_unique<StreamedPass>(
      plan_of(encoder, layers, padding, dtype == torch::kBFloat16), std::move(by_operators));
}

bool is_faster_in_bf16(Encoder encoder) {
  return streams(encoder, torch::kCPU) && stream::is_faster_in_bf16();
}

}  // namespace pastiche
