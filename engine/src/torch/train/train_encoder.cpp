#include <chrono>

#include "nets/encoder.hpp"
#include "pastiche/models.hpp"
#include "train/loop.hpp"
#include "train/trainers.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

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

/// Every channel starts alive on every picture: with He's weights and no bias
/// many would be zero throughout, and never learn.
void initialise(Encoder& student) {
  torch::NoGradGuard no_grad;
  for (auto& item : student->named_parameters()) {
    if (item.key().ends_with(".bias"))
      item.value().fill_(1);
    else
      torch::nn::init::kaiming_normal_(item.value(), 0, torch::kFanIn, torch::kReLU).mul_(0.3);
  }
  // Colours about -8..8, so that the first filters need not grow far.
  auto parameters = student->named_parameters();
  parameters["input.weight"].copy_(torch::eye(3).view({3, 3, 1, 1}) * 16);
  parameters["input.bias"].fill_(-7.2);
  parameters["conv1_1.weight"].div_(8);
}

/// Squared error over the teacher's variance, channel by channel.
Losses compare(const Features& student, const Features& teacher) {
  Losses losses;
  torch::Tensor total = torch::zeros({}, teacher.begin()->second.device());
  for (const auto& [layer, feature] : teacher) {
    const torch::Tensor target = feature.to(torch::kFloat32);
    const torch::Tensor error =
        (student.at(layer).to(torch::kFloat32) - target).square().mean({0, 2, 3});
    const torch::Tensor variance = target.var({0, 2, 3});
    losses[layer] = (error / variance.maximum(0.05 * variance.mean())).mean();
    total = total + losses[layer] / double(teacher.size());
  }
  losses["loss"] = total;
  return losses;
}

nlohmann::json correlations(Encoder& student, Encoder& teacher, const torch::Tensor& batch) {
  torch::NoGradGuard no_grad;
  nlohmann::json found;
  const std::set<std::string> layers = {teacher->layers().begin(), teacher->layers().end()};
  const Features ours = student(batch, layers);
  for (const auto& [layer, target] : teacher(batch, layers)) {
    const torch::Tensor pair = torch::stack({ours.at(layer).flatten(), target.flatten()});
    const double r = torch::corrcoef(pair)[0][1].item<double>();
    found[layer] = std::round(r * 1e4) / 1e4;
  }
  return found;
}

}  // namespace

Facts train_encoder(const EncoderTrainOptions& options, const std::string& output,
                    const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Compute compute = resolve(options.loop.common);
  torch::manual_seed(std::uint64_t(options.loop.common.seed));
  const PictureSet pictures(options.loop.data, options.loop.augmentation);
  const Model model = find_model(options.teacher, "encoder", options.models);
  Encoder teacher = load_encoder(TensorFile(model.file));
  teacher->to(compute.device);
  const torch::Tensor probe = pictures.held_out(64, options.loop.crop).to(compute.device).squares;
  teacher->normalise(probe);

  Encoder student(widths_of(teacher));
  student->padding = teacher->padding;
  student->pooling = teacher->pooling;
  initialise(student);
  if (!options.from.empty())
    load_weights(*student, TensorFile(find_model(options.from, "encoder", options.models).file));
  student->to(compute.device);

  const std::set<std::string> layers = {teacher->layers().begin(), teacher->layers().end()};
  const Facts facts = descend(
      *student, pictures, options.loop, compute, output,
      [&](int, const Batch& batch) {
        return compare(student(batch.squares, layers), teacher(batch.squares, layers));
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
  return facts;
}

}  // namespace pastiche
