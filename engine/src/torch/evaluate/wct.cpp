#include "evaluate/wct.hpp"

#include <sstream>

#include "device.hpp"
#include "nets/decoder.hpp"
#include "pastiche/models.hpp"
#include "style/whitening.hpp"
#include "tensor_image.hpp"
#include "text.hpp"

namespace pastiche {
namespace {

/// One depth: the features of `layer` and the way back from them.
struct Level {
  Encoder encoder;
  Decoder decoder;
  std::string layer;
};

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream text(list);
  for (std::string name; std::getline(text, name, ',');) names.push_back(name);
  return names;
}

Level load_level(const std::string& encoder_name, const std::string& decoder_name,
                 const std::string& folder) {
  const TensorFile encoder_file(find_model(encoder_name, "encoder", folder).file);
  const TensorFile decoder_file(find_model(decoder_name, "decoder", folder).file);
  Level level = {load_encoder(encoder_file), load_decoder(decoder_file), ""};
  const std::string block = std::to_string(level.decoder->blocks());
  level.layer = "relu" + block + "_1";
  const auto& tensors = encoder_file.tensors();
  const auto deepest = tensors.find("conv" + block + "_1.weight");
  if (deepest == tensors.end() || deepest->second.shape[0] != level.decoder->channels())
    throw Error(Error::Kind::NoModel, "The decoder " + in_quotes(decoder_name) + " takes " +
                                          std::to_string(level.decoder->channels()) +
                                          " features of " + level.layer + ", which the encoder " +
                                          in_quotes(encoder_name) + " does not give.");
  return level;
}

/// A small picture with a large part of its sides in the padding is worth nothing, but allowed.
torch::Tensor to_multiple_of(int64_t step, const torch::Tensor& x) {
  const int64_t right = (step - x.size(3) % step) % step;
  const int64_t bottom = (step - x.size(2) % step) % step;
  return right + bottom > 0 ? torch::replication_pad2d(x, {0, right, 0, bottom}) : x;
}

torch::Tensor restyled(Level& level, const torch::Tensor& x, const torch::Tensor& style,
                       const WctOptions& options) {
  const auto features = [&](const torch::Tensor& picture) {
    return level.encoder(picture, std::set<std::string>{level.layer}).at(level.layer);
  };
  const torch::Tensor own =
      features(to_multiple_of(int64_t(1) << (level.decoder->blocks() - 1), x));
  Moments from = moments(own);
  from.covariance += options.ridge * torch::eye(own.size(1), from.covariance.options());
  const torch::Tensor moved = whiten_and_colour(from, moments(features(style)))(own);
  return level.decoder(torch::lerp(own, moved, options.strength))
      .narrow(2, 0, x.size(2))
      .narrow(3, 0, x.size(3))
      .clamp(0, 1);
}

}  // namespace

Result wct(const Image& content, const Image& style, const WctOptions& options,
           const Progress& progress) {
  torch::NoGradGuard no_grad;
  const Compute compute = resolve(options.common);
  const auto encoders = names_in(options.encoders), decoders = names_in(options.decoders);
  if (encoders.empty() || encoders.size() != decoders.size())
    throw Error(Error::Kind::BadSetting, "There are " + std::to_string(encoders.size()) +
                                             " encoders and " + std::to_string(decoders.size()) +
                                             " decoders; each needs the other.");
  torch::Tensor x = to_tensor(content, compute.device).to(compute.dtype);
  const torch::Tensor target = to_tensor(style, compute.device).to(compute.dtype);
  for (std::size_t i = 0; i < encoders.size(); ++i) {
    if (!progress(double(i) / double(encoders.size()), "Whitening"))
      throw Cancelled("Stopped before the picture was finished.");
    Level level = load_level(encoders[i], decoders[i], options.models);
    level.encoder->to(compute.device, compute.dtype);
    level.decoder->to(compute.device, compute.dtype);
    x = restyled(level, x, target, options);
  }
  return {to_image(x, content), {{"device", name_of(compute)}}};
}

}  // namespace pastiche
