#include "train/texture_start.hpp"

#include <filesystem>

#include "train/spectrum.hpp"
#include "train/starting_net.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

constexpr double chance = 0.05;  // a share that waves have by chance

/// How the new rows begin as mixtures of the base's {textures, base's rows}: what fits best.
torch::Tensor base_mixture(const TextureStart& start) {
  torch::NoGradGuard no_grad;
  const torch::Device device = start.compute.device;
  TextureNet net = start.base->net;
  net->to(device);
  StyleRows wanted;
  for (const NamedPicture& one : start.textures) wanted.styles.push_back(one.name);
  const int64_t side = start.options.loop.crop;
  const TextureNoise noise = net->noise(side, side, {0, 1});
  const torch::Tensor mixture =
      row_mixture({.styles = start.base->model.styles, .strokes = {}}, wanted,
                  [&](const torch::Tensor& blend, int64_t row) {
                    const torch::Tensor ids = torch::full({2}, row, torch::kInt64).to(device);
                    const torch::Tensor painted = net(noise, blend.to(device).expand({2, -1}));
                    return start.judged.style(painted, selected(start.targets, ids)).item<double>();
                  });
  net->to(torch::kCPU);
  return mixture.cpu();
}

void take_over(TextureNet& net, const TextureStart& start, bool only_rows) {
  torch::NoGradGuard no_grad;
  torch::Tensor mixture = base_mixture(start);
  if (only_rows) mixture = torch::cat({mixture, torch::eye(start.base->net->rows())});
  const auto theirs = weights_of(*start.base->net);
  for (auto& [name, tensor] : weights_of(*net)) {
    const torch::Tensor& had = theirs.at(name);
    const bool row = is_texture_row(name);
    tensor.copy_(row ? mixture.matmul(had.flatten(1)).view(tensor.sizes()) : had);
    if (tensor.is_leaf() && only_rows) tensor.set_requires_grad(row && name.find("conv") == 0);
  }
}

}  // namespace

std::vector<NamedPicture> read_textures(const TextureTrainOptions& options,
                                        const std::vector<Image>& given, const Compute& compute,
                                        const std::string& output) {
  auto textures = read_named(options.textures, given, options.name,
                             std::filesystem::path(output).stem(), "texture");
  for (NamedPicture& one : textures) {
    if (options.size > 0) one.picture = with_longest_side(one.picture, options.size);
    one.picture = one.picture.to(compute.device);
  }
  return textures;
}

PictureSet served(const std::vector<NamedPicture>& textures, const std::string& output) {
  const std::filesystem::path file = output + ".pictures";
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, picture] : textures)
    tensors[name] = (picture[0] * 255).round().to(torch::kUInt8);
  save_weights(file, tensors, {{"architecture", "pictures"}});
  struct Removed {
    ~Removed() {
      std::error_code ignored;
      std::filesystem::remove(file, ignored);
    }
    const std::filesystem::path& file;
  } removed{file};
  return PictureSet(file.string());
}

std::optional<TextureBase> load_base(const TextureTrainOptions& options) {
  if (options.from.empty()) return std::nullopt;
  Model model = find_model(options.from, "texture", options.models);
  TextureNet net = load_texture(TensorFile(model.file));
  return TextureBase{std::move(model), std::move(net)};
}

TextureNet starting_net(const TextureStart& start) {
  const bool only_rows = start.base && start.options.learn == "norm";
  const auto count = int64_t(start.textures.size());
  TextureNet net(start.base ? start.base->net->width() : start.options.width,
                 count + (only_rows ? start.base->net->rows() : 0));
  if (start.base) take_over(net, start, only_rows);
  for (int64_t i = 0; i < count; ++i) {
    const PlaneWaves found =
        plane_waves(start.textures[std::size_t(i)].picture, net->waves.size(1));
    net->waves[i].copy_(found.waves);
    net->strength[i].copy_((8 * (found.shares - chance)).clamp(0, 1));
  }
  return net;
}

}  // namespace pastiche
