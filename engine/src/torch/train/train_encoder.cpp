#include <chrono>

#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

/// The teacher's features, each channel divided by its mean activation.
class Teacher {
 public:
  Teacher(const Model& model, const Compute& compute) : net_(load_encoder(TensorFile(model.file))) {
    net_->to(compute.device);
    layers_ = {net_->layers().begin(), net_->layers().end()};
  }

  /// Measures the means on a batch. A channel that is nearly dead is not blown up.
  void normalise(const torch::Tensor& batch) {
    for (const auto& [layer, features] : features(batch)) {
      const torch::Tensor mean = features.to(torch::kFloat32).mean({0, 2, 3}, true);
      scale_[layer] = 1 / mean.maximum(0.1 * mean.mean());
    }
  }

  Features features(const torch::Tensor& x) {
    torch::NoGradGuard no_grad;
    Features found = net_(x, layers_);
    for (auto& [layer, feature] : found)
      if (scale_.contains(layer)) feature = feature.to(torch::kFloat32) * scale_[layer];
    return found;
  }

  const std::set<std::string>& layers() const { return layers_; }
  Encoder& net() { return net_; }

 private:
  Encoder net_;
  std::set<std::string> layers_;
  Features scale_;
};

/// The student has the teacher's shape; what differs is what it has learnt.
Widths widths_of(Encoder& net) {
  Widths widths;
  for (const auto& item : net->named_parameters()) {
    const std::string& name = item.key();
    if (!name.starts_with("conv") || !name.ends_with(".weight")) continue;
    const std::size_t block = std::stoul(name.substr(4));
    widths.resize(std::max(widths.size(), block));
    widths[block - 1].push_back(item.value().size(0));
  }
  return widths;
}

/// Colours about zero with a deviation of about one, from where training may go on.
void centre_input(Encoder& student) {
  torch::NoGradGuard no_grad;
  auto parameters = student->named_parameters();
  parameters["input.weight"].copy_(torch::eye(3).view({3, 3, 1, 1}) * 4);
  parameters["input.bias"].fill_(-1.8);
}

Losses compare(const Features& student, const Features& teacher) {
  Losses losses;
  torch::Tensor total = torch::zeros({});
  for (const auto& [layer, target] : teacher) {
    const torch::Tensor error = (student.at(layer).to(torch::kFloat32) - target).square().mean();
    losses[layer] = error / target.var().clamp_min(1e-6);
    total = total.to(error.device()) + losses[layer] / double(teacher.size());
  }
  losses["loss"] = total;
  return losses;
}

nlohmann::json correlations(Encoder& student, Teacher& teacher, const torch::Tensor& batch) {
  torch::NoGradGuard no_grad;
  nlohmann::json found;
  const Features ours = student(batch, teacher.layers());
  for (const auto& [layer, target] : teacher.features(batch)) {
    const torch::Tensor pair = torch::stack({ours.at(layer).flatten(), target.flatten()});
    const double r = torch::corrcoef(pair)[0][1].item<double>();
    found[layer] = std::round(r * 1e4) / 1e4;
  }
  return found;
}

}  // namespace

void train_encoder(const EncoderTrainOptions& options, const std::string& output,
                   const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Compute compute = resolve(options.loop.common);
  torch::manual_seed(std::uint64_t(options.loop.common.seed));
  const PictureSet pictures(options.loop.data);
  const Model model = find_model(options.teacher, "encoder", options.models);
  Teacher teacher(model, compute);
  const torch::Tensor probe =
      pictures.held_out(64, options.loop.crop).to(compute.device, torch::kFloat32) / 255;
  teacher.normalise(probe);

  Encoder student(widths_of(teacher.net()));
  student->padding = teacher.net()->padding;
  student->pooling = teacher.net()->pooling;
  for (auto& item : student->named_parameters())
    if (item.key().ends_with(".weight") && item.key() != "input.weight")
      torch::nn::init::kaiming_normal_(item.value(), 0, torch::kFanIn, torch::kReLU);
  centre_input(student);
  student->to(compute.device);

  descend(
      *student, pictures, options.loop, compute, output,
      [&](int, const torch::Tensor& batch) {
        return compare(student(batch, teacher.layers()), teacher.features(batch));
      },
      [] {}, progress);

  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  nlohmann::json card = {
      {"architecture", "encoder"},
      {"licence", "CC0-1.0"},
      {"trained-on",
       "the features of the teacher on " + std::to_string(pictures.size()) + " pictures"},
      {"teacher", {{"name", model.name}, {"sha256", model.sha256}}},
      {"training", training_card("encoder", options.loop, pictures, compute, spent.count())},
      {"evaluation",
       {{"correlation with the teacher, unseen pictures", correlations(student, teacher, probe)}}},
  };
  save_weights(output, weights_of(*student),
               {{"architecture", "encoder"},
                {"padding", name_of(student->padding)},
                {"pooling", name_of(student->pooling)}},
               torch::kFloat16);
  register_model(output, card.dump(2));
  std::filesystem::remove(checkpoint_of(output));
}

}  // namespace pastiche
