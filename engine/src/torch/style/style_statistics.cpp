#include "style/style_statistics.hpp"

#include <algorithm>
#include <format>

#include "nets/transformer_net.hpp"
#include "pastiche/error.hpp"
#include "style/refine.hpp"
#include "text.hpp"
#include "weights.hpp"

namespace pastiche {
namespace {

constexpr const char *name_key = "encoder", *hash_key = "encoder-sha256";

int64_t channels_of(const EncoderImpl& encoder, const std::string& layer) {
  return encoder.named_parameters()["conv" + layer.substr(4) + ".bias"].size(0);
}

/// {N, C, C}, symmetric.
torch::Tensor root_of(const torch::Tensor& covariance) {
  const auto [values, vectors] = torch::linalg_eigh(covariance.to(torch::kFloat64), "L");
  const torch::Tensor roots = values.clamp_min(0).sqrt().unsqueeze(1);
  return (vectors * roots).matmul(vectors.transpose(1, 2)).to(torch::kFloat32);
}

torch::Tensor read(const TensorFile& file, const std::string& name, at::IntArrayRef shape) {
  const torch::Tensor numbers = to_torch(file.at(name));
  if (numbers.sizes() != shape || !numbers.isfinite().all().item<bool>())
    throw Error(Error::Kind::NoModel,
                std::format("The tensor {} of a model of styles has the shape {}; finite numbers "
                            "of {} fit.",
                            name, c10::str(numbers.sizes()), c10::str(shape)));
  return numbers.to(torch::kFloat32);
}

Moments read_layer(const TensorFile& file, const std::string& layer, int64_t rows,
                   int64_t channels) {
  const std::string name = "statistics." + layer;
  const torch::Tensor root = read(file, name + ".root", {rows, channels, channels});
  return {read(file, name + ".mean", {rows, channels}), root.matmul(root.transpose(1, 2))};
}

std::string told(const Metadata& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

/// The encoder that a file's statistics are of.
Model encoder_of(const std::filesystem::path& file, const std::string& folder) {
  const TensorFile styles(file);
  const std::string name = told(styles.metadata(), name_key),
                    hash = told(styles.metadata(), hash_key);
  if (hash.empty())
    throw Error(Error::Kind::NoModel,
                "The model " + in_quotes(file.stem().string()) +
                    " has no statistics of its styles to refine by; refine 0 would do.");
  try {
    Model named = find_model(name, "encoder", folder);
    if (named.sha256 == hash) return named;
  } catch (const Error&) {  // by another name, perhaps
  }
  for (const Model& model : list_models(folder))
    if (model.architecture == "encoder" && model.sha256 == hash) return model;
  throw Error(Error::Kind::NoModel,
              "The statistics of the model " + in_quotes(file.stem().string()) + " are of the encoder " +
                  in_quotes(name) + " of the sha256 " + hash.substr(0, 12) +
                  "..., which is not here; refine 0 would do.");
}

}  // namespace

StyleMoments statistics_of(Encoder& encoder, const std::vector<torch::Tensor>& pictures) {
  torch::NoGradGuard no_grad;
  std::vector<StyleMoments> each;
  for (const torch::Tensor& picture : pictures) {
    StyleMoments& rows = each.emplace_back();
    for (const auto& [layer, features] : encoder(picture, first_layers(*encoder)))
      rows[layer] = batch_moments(features);
  }
  return joined(each);
}

std::map<std::string, torch::Tensor> tensors_of(const StyleMoments& statistics) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [layer, rows] : statistics) {
    tensors["statistics." + layer + ".mean"] = rows.mean;
    tensors["statistics." + layer + ".root"] = root_of(rows.covariance);
  }
  return tensors;
}

Metadata statistics_metadata(const Model& encoder) {
  return {{name_key, encoder.name}, {hash_key, encoder.sha256}};
}

StyleTarget style_target(const std::vector<std::filesystem::path>& files,
                         const torch::Tensor& blend, const std::string& folder) {
  StyleTarget target = {{}, nullptr, {}};
  std::map<std::string, std::vector<Moments>> parts;
  std::vector<double> shares;
  int64_t row = 0;
  for (const auto& path : files) {
    const TensorFile file(path);
    const auto rows = int64_t(rows_in(file).count());
    const torch::Tensor weights = blend[0].narrow(0, row, rows);
    row += rows;
    if (!(weights.sum().item<double>() > 0)) continue;
    Model model = encoder_of(path, folder);
    if (target.encoder && model.sha256 != target.model.sha256)
      throw Error(Error::Kind::NoModel,
                  "The styles' statistics are of the encoders " + in_quotes(target.model.name) +
                      " and " + in_quotes(model.name) +
                      "; to be refined together they have to be of one.");
    if (!target.encoder) {
      target.encoder = load_encoder(TensorFile(model.file));
      target.model = std::move(model);
    }
    for (const std::string& layer : first_layers(*target.encoder)) {
      const Moments all = read_layer(file, layer, rows, channels_of(*target.encoder, layer));
      for (int64_t i = 0; i < rows; ++i) parts[layer].push_back({all.mean[i], all.covariance[i]});
    }
    for (int64_t i = 0; i < rows; ++i) shares.push_back(weights[i].item<double>());
  }
  for (const auto& [layer, moments] : parts) target.moments[layer] = mix(moments, shares);
  return target;
}

}  // namespace pastiche
